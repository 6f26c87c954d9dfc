import { type CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';

/** The last line of a job that has come to its end, as app-image/src/jobs/job.ts logs it. */
export interface JobSummary {
  readonly done: boolean;
  /** Why it failed. */
  readonly reason?: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface LogPiece {
  /** For people. */
  readonly lines: readonly string[];
  readonly summary?: JobSummary;
  /** The job has said that it changes nothing, as with DRY_RUN=true: its good end then means nothing. */
  readonly dryRun?: boolean;
}

/** Reads on where it has stopped reading. */
export type LogReader = () => Promise<LogPiece>;

export interface LogStream {
  readonly group: string;
  readonly stream: string;
}

export function logReader(logs: CloudWatchLogsClient, { group, stream }: LogStream): LogReader {
  let token: string | undefined;
  return async () => {
    const messages: string[] = [];
    for (;;) {
      const page = await events(logs, { group, stream }, token);
      if (page === undefined) return logPiece(messages);
      messages.push(...(page.events ?? []).flatMap(({ message }) => message ?? []));
      // An empty page need not be the last one; the same token is.
      if (page.nextForwardToken === undefined || page.nextForwardToken === token) return logPiece(messages);
      token = page.nextForwardToken;
    }
  };
}

/** @returns undefined as long as the container has written nothing */
async function events(logs: CloudWatchLogsClient, { group, stream }: LogStream, nextToken: string | undefined) {
  try {
    return await logs.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, startFromHead: true, nextToken }),
    );
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

export function logPiece(messages: readonly string[]): LogPiece {
  const parsed = messages.map((message) => ({ message, line: lineOf(message) }));
  return {
    lines: parsed.flatMap(({ message, line }) => textOf(message, line) ?? []),
    summary: parsed.flatMap(({ line }) => summaryOf(line) ?? []).at(-1),
    dryRun: parsed.some(({ line }) => line?.msg === 'job started' && line.dryRun === true),
  };
}

type LogLine = Readonly<Record<string, unknown>>;

function lineOf(message: string): LogLine | undefined {
  try {
    const parsed: unknown = JSON.parse(message);
    return typeof parsed === 'object' && parsed !== null ? (parsed as LogLine) : undefined;
  } catch {
    return undefined;
  }
}

/** They stand beside each other in every line of a job. */
const common = ['level', 'time', 'msg', 'job'];

/** @returns undefined for metrics, which are for CloudWatch */
function textOf(message: string, line: LogLine | undefined): string | undefined {
  if (line === undefined) return printable(message);
  if ('_aws' in line) return undefined;
  const fields = Object.entries(line)
    .filter(([name]) => !common.includes(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const level = line.level === 'info' ? '' : `${line.level}: `;
  return printable([`${level}${line.msg}`, ...fields].join('  '));
}

/** A log must not move the cursor of whoever reads it. */
const printable = (text: string): string => text.trimEnd().replace(/\p{Cc}/gu, (char) => (char === '\t' ? '  ' : '�'));

function summaryOf(line: LogLine | undefined): JobSummary | undefined {
  if (line?.msg !== 'job done' && line?.msg !== 'job failed') return undefined;
  return {
    done: line.msg === 'job done',
    ...(typeof line.reason === 'string' && { reason: line.reason }),
    fields: line,
  };
}
