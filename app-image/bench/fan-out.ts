import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseCommand, runCommand } from '../../scripts/command-line';
import { formatTable } from '../../scripts/table';
import { loadEnvironment } from '../src/config/load';
import { Tokens } from '../src/identity/tokens';
import { MeetingClient } from './meeting-client';
import { bare, median, type Subject, service, start, wholeNumber, withDatabase, withStores } from './subjects';

const help = `npm run bench:fan-out -- [--clients N] [--messages N] [--rounds N]

Measures how long a chat message takes from one client of a meeting to all the others, on two processes of the compiled
service (app-image/dist) with a real Redis between them, against the least that Socket.IO and its Redis adapter do.
How long it took until all had joined is said, too. Rounds are interleaved, the ratio is the median of the ratios
within a round.

  --clients N    of one meeting, half on each process (default 1000, 2 to 5000)
  --messages N   of each round (default 40, 1 to 1000)
  --rounds N     counted rounds after one warm-up (default 5, 1 to 20)

Exit codes: 0 measured, 1 a message was lost or doubled, 64 wrong usage.`;

/** Between two messages: each has reached everybody by then. */
const pauseMs = 100;
const patienceMs = 10_000;
const joinedAtOnce = 50;

/** Two processes, and the clients of one meeting on them. */
interface Meeting {
  readonly id: string;
  readonly clients: readonly MeetingClient[];
  /** From the first connection to the last answered joining. */
  readonly joiningMs: number;
}

interface Person {
  readonly id: string;
  readonly token: string;
}

async function openMeeting(processes: readonly Subject[], id: string, people: readonly Person[]): Promise<Meeting> {
  const clients: MeetingClient[] = [];
  const began = performance.now();
  for (let from = 0; from < people.length; from += joinedAtOnce)
    clients.push(
      ...(await Promise.all(
        people.slice(from, from + joinedAtOnce).map(({ token }, index) => {
          const { port } = processes[index % processes.length] as Subject;
          return MeetingClient.join(port, token, id);
        }),
      )),
    );
  const joiningMs = performance.now() - began;
  // What their joining set off has been delivered by then: the last list of a thousand comes five seconds late.
  await sleep(7_000);
  return { id, clients, joiningMs };
}

interface Round {
  /** Milliseconds from sending to receiving, of each message and receiver. */
  readonly latencies: readonly number[];
  readonly lost: number;
}

/** Each message by another client, to all but itself. */
async function measure({ id, clients }: Meeting, messages: number): Promise<Round> {
  const latencies: number[] = [];
  const sentAt = new Map<string, number>();
  for (const client of clients)
    client.onChat = (text) => {
      const at = sentAt.get(text);
      if (at !== undefined) latencies.push(performance.now() - at);
    };
  for (let index = 0; index < messages; index += 1) {
    const text = randomUUID();
    sentAt.set(text, performance.now());
    clients[index % clients.length]?.send('chat-message', { meetingId: id, text });
    await sleep(pauseMs);
  }
  const expected = messages * (clients.length - 1);
  for (const until = performance.now() + patienceMs; latencies.length < expected && performance.now() < until; )
    await sleep(50);
  return { latencies: latencies.sort((a, b) => a - b), lost: expected - latencies.length };
}

const at = ({ latencies }: Round, share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;

/** A meeting that is on, and the people whom the service lets in: one mentor and administrators. */
async function prepare(environment: Readonly<Record<string, string>>, count: number) {
  const ids = Array.from({ length: count }, () => randomUUID());
  const meetingId = randomUUID();
  await withDatabase(environment, async (client) => {
    const addUsers = `INSERT INTO users (id, email, role) SELECT id, id || '@school.test', 'ADMIN' FROM unnest($1::uuid[]) AS id`;
    await client.query(addUsers, [ids]);
    await client.query(
      `INSERT INTO slots (id, "mentorId", "studentId", "startsAt", "endsAt", status)
       VALUES ($1, $2, $3, now(), now() + interval '1 hour', 'booked')`,
      [meetingId, ids[0], ids[1]],
    );
  });
  const tokens = new Tokens(loadEnvironment({ APP_ENV: 'development' }).environment);
  const people = await Promise.all(ids.map(async (id) => ({ id, token: await tokens.issue({ id, role: 'ADMIN' }) })));
  return { meetingId, people };
}

async function main(args: string[]): Promise<number> {
  const { values } = parseCommand({
    args,
    options: {
      clients: { type: 'string', default: '1000' },
      messages: { type: 'string', default: '40' },
      rounds: { type: 'string', default: '5' },
    },
  });
  const count = wholeNumber('clients', values.clients, 5_000);
  const messages = wholeNumber('messages', values.messages, 1_000);
  const rounds = wholeNumber('rounds', values.rounds, 20);

  return withStores(async (stores) => {
    const environment = { ...stores, PROCESS_ROLE: 'web' };
    const ours = [await start(service, environment), await start(service, environment)];
    const theirs = [await start(bare('bare-socket-io'), stores), await start(bare('bare-socket-io'), stores)];
    const { meetingId, people } = await prepare(environment, count);
    const subjects = {
      service: await openMeeting(ours, meetingId, people),
      bare: await openMeeting(theirs, meetingId, people),
    };

    const measured: Record<keyof typeof subjects, Round[]> = { service: [], bare: [] };
    let lost = 0;
    for (let round = 0; round <= rounds; round += 1)
      for (const name of ['service', 'bare'] as const) {
        const result = await measure(subjects[name], messages);
        lost += Math.abs(result.lost);
        if (round > 0) measured[name].push(result);
      }
    for (const { clients } of Object.values(subjects)) for (const client of clients) client.close();

    const rows = [
      ['median', 0.5],
      ['p99', 0.99],
    ].map(([name, share]) => {
      const of = (subject: keyof typeof subjects) => measured[subject].map((round) => at(round, Number(share)));
      const [mine, other] = [of('service'), of('bare')];
      const ratio = median(other.map((latency, round) => latency / (mine[round] ?? Number.NaN)));
      return [name ?? '', median(mine).toFixed(1), median(other).toFixed(1), `${ratio.toFixed(2)}×`, '0.8×'];
    });
    console.log(`${count} clients of one meeting on two processes, ${messages} messages a round`);
    const [mine, other] = [subjects.service, subjects.bare].map(({ joiningMs }) => (joiningMs / 1000).toFixed(1));
    console.log(`all had joined after ${mine} s; the bare one's, who are told of nobody, after ${other} s`);
    console.log(formatTable(['', 'service ms', 'bare ms', 'ratio', 'aim'], rows));
    if (lost > 0) console.error(`failed: ${lost} deliveries were lost or doubled`);
    return lost === 0 ? 0 : 1;
  });
}

void runCommand(help, main);
