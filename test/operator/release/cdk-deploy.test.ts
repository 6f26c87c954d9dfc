import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdkDeploy, cdkDeployText, runCdkDeploy } from '../../../operator/release/cdk-deploy';

const folder = mkdtempSync(join(tmpdir(), 'mr-mentor-cdk-'));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const command = cdkDeploy({
  ...{ target: { environment: 'demo', account: '123456789012', profile: 'school' }, stacks: 'demo/**' },
  imageTag: 'main-1a2b3c4',
});

it('is what one would type', () => {
  expect(cdkDeployText(command)).toBe(
    "npx cdk deploy 'demo/**' --require-approval never -c imageTag=main-1a2b3c4 -c environments=demo -c account=123456789012 --profile school",
  );
});

it('passes the arguments as they are, and takes the exit code', async () => {
  const same = program('same', `[ "$2" = 'demo/**' ] && [ $# -eq 12 ] && exit 7; exit 1`);
  expect(await runCdkDeploy(command, same)).toBe(7);
});

it('waits for it when it is interrupted, and leaves no handler behind', async () => {
  const before = process.listenerCount('SIGINT');
  const patient = program('patient', `trap 'sleep 0.1; exit 3' INT; while :; do sleep 0.05; done`);
  const running = runCdkDeploy(command, patient);
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.emit('SIGINT', 'SIGINT');
  expect(await running).toBe(3);
  expect(process.listenerCount('SIGINT')).toBe(before);
});

it('ends it when it is told to end', async () => {
  const endless = program('endless', 'exec sleep 60');
  const running = runCdkDeploy(command, endless);
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.emit('SIGTERM', 'SIGTERM');
  expect(await running).toBe(143);
});

it('says so where there is no CLI', async () => {
  await expect(runCdkDeploy(command, join(folder, 'nowhere'))).rejects.toThrow('ENOENT');
});
