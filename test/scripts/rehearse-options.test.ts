import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRehearseOptions } from '../../scripts/rehearse-options';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mr-mentor-options-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('rehearses production with as many requests as the machine bears', () => {
  expect(parseRehearseOptions([])).toMatchObject({
    ...{ environment: 'production', scenarios: ['release', 'rollback', 'broken-image', 'release'] },
    ...{ seconds: 4, rate: 420, rateMayBeLess: true, speed: 12, engine: 'auto', buildArgs: {}, json: false },
    requests: 50_000,
  });
});

it('takes just as many requests as are asked for', () => {
  expect(parseRehearseOptions(['--rate', '50'])).toMatchObject({ rate: 50, rateMayBeLess: false });
});

it('asks for no number of requests where somebody chooses the load or a part of it all, unless for that too', () => {
  expect(parseRehearseOptions(['--rate', '50']).requests).toBe(0);
  expect(parseRehearseOptions(['--scenario', 'release']).requests).toBe(0);
  expect(parseRehearseOptions(['--scenario', 'release', '--requests', '900']).requests).toBe(900);
  expect(parseRehearseOptions(['--environment', 'staging', '--seconds', '2']).requests).toBe(50_000);
});

it('knows every scenario by one word, and some by their names', () => {
  expect(parseRehearseOptions(['--scenario', 'all']).scenarios).toContain('database-failover');
  expect(parseRehearseOptions(['--scenario', 'rollback,release']).scenarios).toEqual(['rollback', 'release']);
});

it('makes the folder of the report', () => {
  const report = join(folder, 'a', 'b', 'page.html');
  expect(parseRehearseOptions(['--report', report]).report).toBe(report);
  expect(existsSync(join(folder, 'a', 'b'))).toBe(true);
});

it.each([
  [['--environment', 'prod'], '--environment: unknown environment "prod"; allowed: '],
  [['--environment', 'development'], '--environment: development is released by rolling'],
  [['--scenario', 'release,chaos'], '--scenario: unknown scenario "chaos"; allowed: release, rollback, '],
  [['--seconds', '0'], '--seconds: "0" is no number from 1 to 3600.'],
  [['--requests', 'all'], '--requests: "all" is no number from 0 to 1000000.'],
  [['--rate', 'much'], '--rate: "much" is no number from 10 to 5000.'],
  [['--speed', ''], '--speed: "" is no number from 1 to 100.'],
  [['--engine', 'lxc'], '--engine: unknown engine "lxc"; allowed: auto, docker, podman, none.'],
  [['--build-arg', 'BASE_IMAGE'], '--build-arg'],
  [['--from', '/no/such/assembly'], '--from: '],
  [['--report', '/'], '--report: / is a folder; name a file'],
  [['--surprise'], '--surprise'],
])('refuses %s before anything is started', (args, message) => {
  expect(() => parseRehearseOptions(args)).toThrow(message);
});

it('refuses a report below what is no folder', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => parseRehearseOptions(['--report', join(file, 'sub', 'page.html')])).toThrow('--report: nothing can be');
});

it('refuses a report where no folder can be made', () => {
  expect(() => parseRehearseOptions(['--report', '/proc/no/such/page.html'])).toThrow('--report: nothing can be');
});
