import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Rehearsed, rehearsed } from './rehearsed';
import type { Sabotage } from './sabotage';
import { type SabotageOfAssembly, sabotageAssembly } from './sabotaged-assembly';

const deployed = () => join(process.env.TEST_ASSEMBLIES ?? '', 'deployed');

/** A rehearsal of what is deployed, after this was done to it; whatever it leaves is removed. */
export async function rehearse(
  sabotage: SabotageOfAssembly,
  { from, scenario }: Pick<Sabotage, 'from' | 'scenario'>,
): Promise<Rehearsed> {
  const folder = mkdtempSync(join(process.env.TEST_ASSEMBLIES ?? '', 'rehearsed-'));
  try {
    const assembly = sabotageAssembly(deployed(), folder, 'production', sabotage);
    return await rehearsed({ assembly, from: from === 'sabotaged' ? assembly : deployed(), scenario, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A test of each: it must not pass, and has to say why. */
export function haveToFail(sabotages: readonly Sabotage[]): void {
  for (const { title, sabotage, expected, ...played } of sabotages)
    test(title, async () => {
      const { exitCode, says } = await rehearse(sabotage, played);

      for (const pattern of expected) expect(says).toMatch(pattern);
      expect([1, 2]).toContain(exitCode);
    });
}
