import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from './catalogue';
import { rehearsed } from './rehearsed';
import { sabotageAssembly } from './sabotaged-assembly';

const folder = mkdtempSync(join(process.env.TEST_ASSEMBLIES ?? '', 'sabotage-'));
const deployed = join(process.env.TEST_ASSEMBLIES ?? '', 'deployed');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('short: what is deployed passes', async () => {
  const { exitCode, says } = await rehearsed({ assembly: deployed, from: deployed, scenario: 'release', folder });

  expect(says).toBe('');
  expect(exitCode).toBe(0);
});

for (const { title, sabotage, from, scenario, expected, short } of catalogue)
  test(`${short ? 'short: ' : ''}${title}`, async () => {
    const assembly = sabotageAssembly(deployed, 'production', sabotage);

    const before = from === 'sabotaged' ? assembly : deployed;
    const { exitCode, says } = await rehearsed({ assembly, from: before, scenario, folder });

    for (const pattern of expected) expect(says).toMatch(pattern);
    expect([1, 2]).toContain(exitCode);
  });
