import type { Rehearsal } from '../record';
import { type Band, bandAt, colourOf } from './bands';
import type { Failure } from './failure';
import { counted } from './figures';
import type { Stage } from './stage-names';
import { whileIn } from './wording';

const beforeShift: ReadonlySet<Stage | undefined> = new Set<Stage>([
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
]);

/** By so much may the clock of the load's process and that of the stages differ. */
const clocksDifferMs = 100;

/** Users whom the new tasks answered before anybody had tested them, however well. */
export function earlyTraffic({ requests }: Rehearsal, bands: readonly Band[]): Failure[] {
  const byBand = new Map<Band, number>();
  for (const { at, ms, target } of requests) {
    const band = bandAt(bands, at + ms + clocksDifferMs);
    if (band?.deployment === undefined || !beforeShift.has(band.stage) || colourOf(target) !== band.deployment.to)
      continue;
    byBand.set(band, (byBand.get(band) ?? 0) + 1);
  }
  return [...byBand].map(([{ deployment, stage, from }, number]) => ({
    subject: 'deployment',
    message: `${counted(number, 'request')} of users went to ${deployment?.to} ${whileIn(deployment?.title, stage)}, before production traffic was shifted.`,
    explanation:
      'Only requests with the test header may go to tasks that have not passed the smoke test. Look at the conditions of the test rule (host and http-header) and of the production rule, at their priorities, and at the weights that each begins with.',
    count: number,
    at: from,
  }));
}
