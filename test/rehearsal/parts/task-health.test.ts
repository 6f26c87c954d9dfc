import { afterCheck, unknownHealth } from '../../../rehearsal/parts/task-health';
import { checkCommand } from '../../../rehearsal/parts/task-runner';

const check = { command: ['CMD', 'node'], interval: 1, timeout: 5, retries: 3, startPeriod: 10 };

/** Checks as [passed, seconds since the start]. */
it.each<{ title: string; checks: [boolean, number][]; health: string[] }>([
  { title: 'one success is enough', checks: [[true, 1]], health: ['HEALTHY'] },
  {
    title: 'failures count after the start period only',
    checks: [
      [false, 8],
      [false, 9],
      [false, 10],
      [false, 11],
      [false, 12],
      [false, 13],
    ],
    health: ['UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNHEALTHY'],
  },
  {
    title: 'a success ends the start period',
    checks: [
      [true, 1],
      [false, 2],
      [false, 3],
      [false, 4],
    ],
    health: ['HEALTHY', 'HEALTHY', 'HEALTHY', 'UNHEALTHY'],
  },
  {
    title: 'only failures in a row count',
    checks: [
      [true, 1],
      [false, 2],
      [false, 3],
      [true, 4],
      [false, 5],
      [false, 6],
    ],
    health: ['HEALTHY', 'HEALTHY', 'HEALTHY', 'HEALTHY', 'HEALTHY', 'HEALTHY'],
  },
  {
    title: 'a success makes it healthy again',
    checks: [
      [false, 11],
      [false, 12],
      [false, 13],
      [true, 14],
    ],
    health: ['UNKNOWN', 'UNKNOWN', 'UNHEALTHY', 'HEALTHY'],
  },
])('$title', ({ checks, health }) => {
  let state = unknownHealth;
  const seen = checks.map(([ok, seconds]) => {
    state = afterCheck(state, ok, seconds, check);
    return state.health;
  });
  expect(seen).toEqual(health);
});

it('runs a check as a program or as a line of a shell', () => {
  expect(checkCommand(['CMD', 'node', 'dist/healthcheck.js'])).toEqual(['node', 'dist/healthcheck.js']);
  expect(checkCommand(['CMD-SHELL', 'test -f ready || exit 1'])).toEqual(['/bin/sh', '-c', 'test -f ready || exit 1']);
  expect(() => checkCommand(['NONE'])).toThrow('The health check ["NONE"] is not known');
});
