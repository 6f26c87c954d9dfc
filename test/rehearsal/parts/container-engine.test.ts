import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { containerEngine, findContainerEngine } from '../../../rehearsal/parts/container-engine';

let folder: string;
let environment: { PATH: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mr-mentor-engines-'));
  environment = { PATH: [folder, '/usr/bin', '/bin'].join(delimiter) };
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Programs of these names on the PATH, before this machine's own. */
function program(name: string, script: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
const broken = 'echo "Cannot connect to the daemon" >&2; exit 1';

it.each([
  { docker: 'exit 0', podman: 'exit 0', found: 'docker' },
  { docker: broken, podman: 'exit 0', found: 'podman' },
  { docker: broken, podman: broken, found: undefined },
])('takes the first engine that answers: $found', async ({ docker, podman, found }) => {
  program('docker', docker);
  program('podman', podman);
  expect((await findContainerEngine('auto', environment, 'linux'))?.name).toBe(found);
});

it('takes none that was not asked for', async () => {
  program('docker', 'exit 0');
  program('podman', broken);
  expect(await findContainerEngine('none', environment, 'linux')).toBeUndefined();
  expect(await findContainerEngine('auto', environment, 'darwin')).toBeUndefined();
  expect((await findContainerEngine('docker', environment, 'darwin'))?.name).toBe('docker');
  await expect(findContainerEngine('podman', environment, 'linux')).rejects.toThrow(
    'podman does not work here: Cannot connect to the daemon. Start it, or rehearse without containers (none).',
  );
});

it('says that there is none', async () => {
  await expect(findContainerEngine('docker', { PATH: folder })).rejects.toThrow('there is no docker on the PATH');
});

it('lists containers by a label, and shows what a failed call said', async () => {
  program(
    'docker',
    `[ "$1" = ps ] && printf 'one\\tthis run\\ntwo\\tanother\\n' || { echo "no such image" >&2; exit 1; }`,
  );
  const engine = containerEngine('docker', environment);
  expect(await engine.labelled('run')).toEqual([
    { name: 'one', value: 'this run' },
    { name: 'two', value: 'another' },
  ]);
  await expect(engine.build(['.'])).rejects.toThrow('`docker build` failed:\nno such image');
});
