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
const limitOfNewcomers = 10;

test.each([5, 50, 100, 300, 500, 1000])('at %i requests a second nobody comes near a rate limit', (rate) => {
  const sizes = crowdSizes(rate);
  const people = persons(sizes.people, 'person');
  const administrators = persons(sizes.administrators, 'administrator');
  const operator = { id: 'operator', token: '', email: '', password: '' };
  const setting = { key: '', value: '' };
  const crowd = new Crowd({
    entrance: { port: 1, context: createSecureContext() },
    ...{ hosts: ['a.test', 'b.test'], origins: ['https://a.test'], idleSeconds: 6 },
    population: { people, administrators, operator, setting, apiKeys: ['key'], meetings: [], coders: [] },
  });
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
