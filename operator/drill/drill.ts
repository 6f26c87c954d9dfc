import { join } from 'node:path';
import { environments } from '../../lib/config/environments';
import { databaseName } from '../../lib/config/names';
import { type Objective, objectiveOf } from '../../lib/config/recovery';
import { checkLocally } from '../backup/local-restore';
import { openAsTheServiceDoes, runJob } from './container';
import { afterBackup, type Contents, contentsOf, differencesOf, lostLeads, rowsIn, writeRows } from './contents';
import { type FoundBackup, usableBackup } from './dumps';
import { type Loss, type LossName, losses } from './losses';
import { compareWithManifest, putInPlace, putRowsBack, restoreBeside } from './restore';
import { bucket, type DrillSite } from './site';

export interface Step {
  readonly title: string;
  readonly seconds: number;
}

export interface DrillResult {
  readonly loss: LossName;
  readonly backup: string | undefined;
  readonly steps: readonly Step[];
  readonly rtoSeconds: number;
  /** From the state that the backup holds to the loss. */
  readonly rpoSeconds: number | undefined;
  readonly rows: {
    readonly backedUp: number;
    readonly writtenSince: number;
    /** Of those, by the kind of recovery. */
    readonly expectedLost: number;
    readonly lost: number | undefined;
  };
  readonly objective: Objective;
  /** What happened on the way, and was dealt with. */
  readonly remarks: readonly string[];
  /** Why it has not passed. */
  readonly problems: readonly string[];
  readonly passed: boolean;
}

export interface DrillProps {
  readonly site: DrillSite;
  readonly loss: LossName;
  /** Of each table, in the database that is backed up. */
  readonly rows: number;
  /** Variables of this process. */
  readonly own: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
  /** What else goes wrong, once the loss has happened. @default - nothing */
  readonly sabotage?: (site: DrillSite, newest: string) => Promise<void>;
}

/** Of the container's own code, and of the one that dumps are for. */
export const drillObjective: Objective = objectiveOf(environments.production, 'database', 'snapshots');

/** Backs a database up, loses something, brings it back, and compares what there is with what there was. */
export async function drill(props: DrillProps): Promise<DrillResult> {
  const { site, tell, signal, rows } = props;
  const loss: Loss = losses[props.loss];
  tell(`${props.loss}: ${loss.title}`);
  const backup = async () => String((await runJob({ ...props, name: 'db-backup', variables: site.variables })).key);

  await openAsTheServiceDoes(site.variables);
  await site.withDatabase((client) => writeRows(client, rows, 'spring'));
  // One more state, so that an older dump is another one.
  await backup();
  await site.withDatabase((client) => writeRows(client, Math.ceil(rows / 10), 'summer'));
  const backedUp = await site.withDatabase(contentsOf);
  const newest = await backup();
  await site.withDatabase((client) => writeRows(client, Math.ceil(rows / 20), afterBackup));
  const wanted = await wantedContents(site, loss, backedUp);
  const beforeLoss = await site.withDatabase(contentsOf);

  await loss.happen(site, newest);
  const lostAt = Date.now();
  await props.sabotage?.(site, newest);
  if (await isUnharmed(site, beforeLoss)) throw new Error(`Nothing was lost by "${loss.title}": a drill of nothing.`);

  const clock = new Clock(tell, signal);
  const { found, problems } = await bringBack(props, loss, clock);
  const { steps } = clock;
  const after = await site.withDatabase(contentsOf).catch((error: Error) => error);
  const differences =
    after instanceof Error ? [`The database does not answer: ${after.message}`] : differencesOf(wanted, after);
  const counts = {
    backedUp: rowsIn(backedUp),
    writtenSince: rowsIn(beforeLoss) - rowsIn(backedUp),
    expectedLost: rowsIn(beforeLoss) - rowsIn(wanted),
    lost: after instanceof Error ? undefined : rowsIn(beforeLoss) - rowsIn(after),
  };
  const rtoSeconds = steps.reduce((total, { seconds }) => total + seconds, 0);
  const rpoSeconds = found && Math.max(0, lostAt - found.startedAt.getTime()) / 1000;
  const all = [...problems, ...differences, ...unmet(rtoSeconds, rpoSeconds)];
  return {
    ...{ loss: props.loss, backup: found?.key, steps, rtoSeconds, rpoSeconds, rows: counts },
    ...{ objective: drillObjective, remarks: found?.remarks ?? [], problems: all, passed: all.length === 0 },
  };
}

/** What has to be there in the end: what was backed up, and beside a database that lives on, what it has not lost. */
const wantedContents = async (site: DrillSite, { recovery }: Loss, backedUp: Contents): Promise<Contents> =>
  recovery === 'instead'
    ? backedUp
    : site.withDatabase((client) => contentsOf(client, { raw_leads: `${lostLeads} AND campaign = '${afterBackup}'` }));

/** A drill whose loss did not happen would pass whatever the backups are. */
const isUnharmed = (site: DrillSite, before: Contents): Promise<boolean> =>
  site.withDatabase(contentsOf).then(
    (now) => differencesOf(before, now).length === 0,
    () => false,
  );

interface BroughtBack {
  readonly found?: FoundBackup;
  readonly problems: readonly string[];
}

async function bringBack(props: DrillProps, { recovery }: Loss, clock: Clock): Promise<BroughtBack> {
  const { site, tell, signal } = props;
  let found: FoundBackup | undefined;
  try {
    if (!(await clock.step('ask whether the server lives', () => isThere(site))))
      await clock.step('start an empty server', () => site.startServer());
    const search = { s3: site.s3, bucket, client: site.client, tell };
    const backup = await clock.step('find and verify the newest backup', () => usableBackup(search));
    found = backup;
    await clock.step('restore-check it on a server of its own', () => restoreCheck(site, backup.key, tell));
    await clock.step('restore it beside the lost one', () => restoreBeside(site, backup.key, signal));
    const problems = await clock.step('compare it with its manifest', () => compareWithManifest(site, backup.key));
    if (problems.length > 0) return { found, problems };
    if (recovery === 'beside') await clock.step('put the lost rows back', () => putRowsBack(site));
    else await clock.step('put it in the place of the lost one', () => putInPlace(site));
    const pending = await clock.step('open it as the service does', () => openAsTheServiceDoes(site.variables));
    return { found, problems: pending.map((name) => `The migration ${name} has not run on it.`) };
  } catch (error) {
    // Ctrl-C is no finding.
    signal.throwIfAborted();
    return { found, problems: [(error as Error).message] };
  }
}

const isThere = (site: DrillSite): Promise<boolean> =>
  site.withDatabase(async () => true, 'postgres').catch(() => false);

/** What `npm run backup -- restore-check ENVIRONMENT --local` does once it has chosen a backup. */
async function restoreCheck(
  { client, variables }: DrillSite,
  key: string,
  tell: (line: string) => void,
): Promise<void> {
  const args = [join('jobs', 'db-restore-check.js'), '--backup', key];
  // A profile of this process's user would win over the emulator's credentials.
  const plan = { shown: '', args, variables: { ...variables, AWS_PROFILE: '' }, database: databaseName, client };
  const lines: string[] = [];
  const { code, summary } = await checkLocally(plan, (line) => lines.push(line));
  if (code === 0) return;
  for (const line of lines) tell(`  ${line}`);
  throw new Error(`restore-check: ${summary?.reason ?? `the job ended with ${code}`}`);
}

function unmet(rtoSeconds: number, rpoSeconds: number | undefined): string[] {
  const { rtoMinutes, rpoMinutes } = drillObjective;
  return [
    ...(rtoSeconds > rtoMinutes * 60 ? [`It took ${rtoSeconds} s, and the objective is ${rtoMinutes} min.`] : []),
    ...((rpoSeconds ?? 0) > rpoMinutes * 60
      ? [`The backup was ${rpoSeconds} s old, and the objective is ${rpoMinutes} min.`]
      : []),
  ];
}

/** Measures steps, and stops between them where somebody has pressed Ctrl-C. */
class Clock {
  readonly steps: Step[] = [];

  constructor(
    private readonly tell: (line: string) => void,
    private readonly signal: AbortSignal,
  ) {}

  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const from = performance.now();
    try {
      return await work();
    } finally {
      const seconds = Math.round((performance.now() - from) / 10) / 100;
      this.steps.push({ title, seconds });
      this.tell(`  ${title}: ${seconds.toFixed(2)} s`);
    }
  }
}
