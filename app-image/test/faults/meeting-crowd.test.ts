import { Campus } from '../realtime/campus';
import { complaints } from '../realtime/complaints';
import { Guest } from '../realtime/guest';
import type { Person } from '../realtime/school';
import { tell } from './outcomes';

const guests = 240;
const atOnce = 10;
/** What `roster.ts` promises of each process. */
const entriesPerSecond = 100_000;

let campus: Campus;
beforeAll(async () => {
  campus = await Campus.open();
}, 30_000);
afterAll(() => campus?.close());

it(`${guests} people join one meeting: all see all, and the lists on the way there stay within what a process spends on them`, async () => {
  const { id: meetingId } = await campus.school.meeting();
  const people: Person[] = [];
  for (let index = 0; index < guests; index += 1) people.push(await campus.school.person(`Guest ${index}`, 'ADMIN'));

  const began = performance.now();
  const [told, crowd] = [[0, 0] as [number, number], [] as Guest[]];
  const complete: Promise<void>[] = [];
  const joinEach = async () => {
    for (let person = people.pop(); person !== undefined; person = people.pop()) {
      const process = people.length % 2 ? 0 : 1;
      const guest = await Guest.connect(campus.url(process), person);
      crowd.push(guest);
      complete.push(
        new Promise((resolve) => {
          guest.socket.on('room-users-updated', ({ users }: { readonly users: readonly unknown[] }) => {
            told[process] += users.length;
            if (users.length === guests) resolve();
          });
        }),
      );
      await guest.does('join-room', { meetingId });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, joinEach));
  const joinedMs = Math.round(performance.now() - began);
  await Promise.all(complete);
  const seconds = (performance.now() - began) / 1000;

  tell(`${guests} people join one meeting`, [], {
    joinedMs,
    allSeenMs: Math.round(seconds * 1000),
    told: told.join(' and '),
  });
  // The last list is paid for afterwards.
  for (const entries of told) expect(entries).toBeLessThan(entriesPerSecond * seconds + guests * guests);

  for (const guest of crowd.splice(1)) guest.socket.disconnect();
  await crowd[0]?.seesUsers(...crowd);
  for (const { server } of campus.processes) expect(complaints(server)).toEqual([]);
}, 90_000);
