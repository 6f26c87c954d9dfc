import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isVersionIn, type MachineCheck, machineChecks } from '../../../operator/doctor/checks';
import { examinationText, examine } from '../../../operator/doctor/examination';

const { engines, scripts } = JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'package.json'), 'utf8'));

it.each([
  ['v20.19.0', true],
  ['v20.20.2', true],
  ['v20.18.9', false],
  ['v18.20.0', false],
  ['v21.7.0', false],
  ['v22.12.0', false],
  ['v22.13.0', true],
  ['v24.1.0', true],
])('Node.js %s: %s', (version, allowed) => expect(isVersionIn(version, engines.node)).toBe(allowed));

it('refuses a range that it cannot read, rather than to guess', () => {
  expect(() => isVersionIn('v20.19.0', '20.x')).toThrow('engines of package.json: "20.x" is no ^ and no >=.');
});

const there: MachineCheck = { title: 'Redis', neededFor: 'rehearse', run: () => '7.0' };
const missing: MachineCheck = {
  title: 'HAProxy',
  neededFor: 'rehearse',
  run: async () => {
    throw new Error('It is not there.\napt-get install haproxy');
  },
};

it('looks for everything, and says what is missing for what, with what installs it', async () => {
  const findings = await examine([there, missing, { ...missing, title: 'cfn-lint', optional: true }]);
  expect(examinationText(findings)).toBe(
    [
      '✓ Redis: 7.0',
      ...['✗ HAProxy, for rehearse:', '    It is not there.', '    apt-get install haproxy'],
      ...['– cfn-lint, for rehearse:', '    It is not there.', '    apt-get install haproxy'],
      ...['', '1 missing of what everybody needs, 1 of the rest.'],
    ].join('\n'),
  );
});

it('is content when all is there that a first run needs', async () => {
  expect(examinationText(await examine([there]))).toBe(
    '✓ Redis: 7.0\n\nAll is there that a first run needs, and the rest as well.',
  );
  expect(examinationText(await examine([there, { ...missing, optional: true }]))).toContain(
    'All is there that a first run needs; 1 missing of the rest (–).',
  );
});

it('names commands that exist', () => {
  const known = [...Object.keys(scripts), 'cdk deploy', 'cdk diff', 'everything', 'backups'];
  for (const { neededFor } of machineChecks({})) {
    expect(known.some((name) => neededFor.startsWith(name))).toBe(true);
  }
});

it('finds on this machine what these tests run with', async () => {
  const [node, cli] = await examine(machineChecks({}).slice(0, 2));
  expect(node).toMatchObject({ title: 'Node.js', state: 'there', detail: process.version });
  expect(cli).toMatchObject({ title: 'CDK CLI', state: 'there' });
});
