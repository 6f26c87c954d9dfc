import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintTemplates } from '../../scripts/cfn-lint';

/** A command of that name that prints and ends as it is told. */
function install(script: string): string {
  const folder = mkdtempSync(join(process.env.TEST_ASSEMBLIES ?? '', 'bin-'));
  const file = join(folder, 'cfn-lint');
  writeFileSync(file, `#!/bin/sh\n[ "$1" = --version ] && { echo 'cfn-lint 1.51.0'; exit 0; }\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe('lintTemplates', () => {
  it('says that cfn-lint is not installed, instead of nothing found', async () => {
    expect(await lintTemplates(['a.json'], 'cfn-lint-that-nobody-installed')).toBeUndefined();
  });

  it('finds nothing where nothing is found', async () => {
    const command = install("echo '[]'");
    expect(await lintTemplates(['a.json', 'b.json'], command)).toEqual({ version: 'cfn-lint 1.51.0', findings: [] });
  });

  it('gathers the findings of all its processes', async () => {
    const finding = {
      Filename: 'a.json',
      Level: 'Error',
      Message: 'no such property',
      Rule: { Id: 'E3002' },
      Location: { Path: ['Resources', 'Bucket'] },
    };
    const command = install(`echo '${JSON.stringify([finding])}'; exit 2`);
    const expected = {
      file: 'a.json',
      level: 'Error',
      rule: 'E3002',
      message: 'no such property',
      path: 'Resources/Bucket',
    };
    expect((await lintTemplates(['a.json'], command))?.findings).toEqual([expected]);
  });

  it.each([1, 32])('fails when cfn-lint fails (exit code %d), never with nothing found', async (code) => {
    const command = install(`echo 'Traceback: out of luck' >&2; exit ${code}`);
    await expect(lintTemplates(['a.json'], command)).rejects.toThrow(
      `cfn-lint ended with ${code}: Traceback: out of luck`,
    );
  });
});
