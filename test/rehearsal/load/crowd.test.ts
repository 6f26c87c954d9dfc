import { createSecureContext } from 'node:tls';
import { Crowd, type Member } from '../../../rehearsal/load/crowd';
import { kinds } from '../../../rehearsal/load/kinds';
import { mixed } from '../../../rehearsal/load/mix';
import type { Person } from '../../../rehearsal/load/population';
import { crowdSizes } from '../../../rehearsal/load/population';

const persons = (count: number, name: string): Person[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${name}-${index}`, token: '' }));

/** As src/http/rate-limits.ts of the service has it. */
const generalLimit = 100;
const origins = [
  'https://a.test',
  'https://b.test',
  'https://c.test',
  'https://d.test',
  'https://e.test',
  'https://f.test',
];
const limitOfNewcomers = 10;

function crowdAt(rate: number, now = () => rate): Crowd {
  const sizes = crowdSizes(rate);
  const people = persons(sizes.people, 'person');
  const administrators = persons(sizes.administrators, 'administrator');
  const operator = { id: 'operator', token: '', email: '', password: '' };
  const setting = { key: '', value: '' };
  return new Crowd({
    entrance: { port: 1, context: createSecureContext() },
    ...{ hosts: ['a.test', 'b.test'], origins, idleSeconds: 6, rate: now },
    population: { people, administrators, operator, setting, apiKeys: ['key'], meetings: [], coders: [] },
  });
}

const rates = [5, 50, 60, 100, 300, 340, 500, 1000];

test.each(rates)('at %i requests a second every kind is asked for by the pages of every origin', (rate) => {
  const crowd = crowdAt(rate);
  const askedBy = new Map([...kinds, { name: 'upload' }].map(({ name }) => [name, new Set<string>()]));
  const ask = (kind: { readonly name: string }) => askedBy.get(kind.name)?.add(crowd.next(kind).caller.origin);
  const next = mixed(kinds);
  // So long a short rehearsal takes, but for the slowest rate, at which one of the kinds comes once in ten seconds.
  for (let second = 0; second < Math.max(20, 1000 / rate); second += 1) {
    for (let request = 0; request < rate; request += 1) ask(next());
    ask({ name: 'upload' });
  }
  crowd.close();
  for (const [name, asked] of askedBy) expect([name, asked.size]).toEqual([name, origins.length]);
});

test.each(rates)('at %i requests a second nobody comes near a rate limit', (rate) => {
  const crowd = crowdAt(rate);
  const counts = {
    user: new Map<string, number>(),
    address: new Map<string, number>(),
    newcomer: new Map<string, number>(),
  };
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  const next = mixed(kinds);
  for (let request = 0; request < rate * 60; request += 1) {
    const kind = next();
    const { caller, client }: Member = crowd.next(kind);
    count(counts.user, caller.person.id);
    count(kind.newcomer ? counts.newcomer : counts.address, client.props.address);
  }
  crowd.close();
  expect(Math.max(...counts.user.values())).toBeLessThanOrEqual(generalLimit * 0.6);
  expect(Math.max(...counts.address.values())).toBeLessThanOrEqual(generalLimit * 0.6);
  expect(Math.max(...counts.newcomer.values())).toBeLessThan(limitOfNewcomers);
});

test('while fewer requests come they are of fewer clients, whose connections are kept, and nobody comes near a limit', () => {
  let rate = 400;
  const crowd = crowdAt(rate, () => rate);
  const counts = new Map<string, number>();
  const next = mixed(kinds);
  const second = () => {
    const clients = new Set<string>();
    for (let request = 0; request < rate; request += 1) {
      const kind = next();
      const { client } = crowd.next(kind);
      const { address } = client.props;
      if (kind.newcomer) continue;
      clients.add(address);
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
    return clients.size;
  };
  for (let passed = 0; passed < 60; passed += 1) {
    // As while tasks start and after.
    rate = Math.floor(passed / 10) % 2 === 0 ? 400 : 40;
    expect(second()).toBeLessThanOrEqual(crowdSizes(rate).people);
  }
  crowd.close();
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(generalLimit * 0.6);
});
