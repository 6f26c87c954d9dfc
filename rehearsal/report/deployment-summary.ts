import type { DeploymentRecord, Rehearsal, RequestOutcome } from '../record';
import { type Band, bandAt, endOf } from './bands';
import { type endedWithin, numbersOf, type RequestNumbers } from './request-numbers';
import type { Stage } from './stage-names';

export interface DeploymentSummary extends RequestNumbers {
  readonly title: string;
  readonly seconds: number;
  readonly stages: readonly StageSummary[];
  readonly shifts: readonly ShiftSummary[];
}

export interface StageSummary extends RequestNumbers {
  readonly stage: Stage;
  readonly seconds: number;
}

/** ECS passes most stages at once; those say nothing. */
export const isWorthARow = ({ seconds, requests, failed }: StageSummary): boolean =>
  failed > 0 || (seconds >= 0.2 && requests > 0);

/** Around the moment in which traffic changes its colour: five seconds before, the shift and a second, five after. */
export interface ShiftSummary {
  readonly stage: 'PRODUCTION_TRAFFIC_SHIFT' | 'ROLLBACK';
  readonly before: RequestNumbers;
  readonly during: RequestNumbers;
  readonly after: RequestNumbers;
}

const aroundMs = 5_000;
const settlingMs = 1_000;

type Within = ReturnType<typeof endedWithin>;

function shiftsOf({ stages }: DeploymentRecord, within: Within): ShiftSummary[] {
  const shift = stages.findIndex(({ stage }) => stage === 'PRODUCTION_TRAFFIC_SHIFT');
  if (shift === -1) return [];
  return stages.slice(shift).flatMap(({ stage, from, to }): ShiftSummary[] => {
    if (stage !== 'PRODUCTION_TRAFFIC_SHIFT' && stage !== 'ROLLBACK') return [];
    const settled = to + settlingMs;
    return [
      {
        stage,
        before: numbersOf(within(from - aroundMs, from)),
        during: numbersOf(within(from, settled)),
        after: numbersOf(within(settled, settled + aroundMs)),
      },
    ];
  });
}

/** Each request in exactly one. */
export function requestsByBand({ requests }: Rehearsal, bands: readonly Band[]): Map<Band, RequestOutcome[]> {
  const byBand = new Map<Band, RequestOutcome[]>(bands.map((band) => [band, []]));
  for (const request of requests) {
    const band = bandAt(bands, endOf(request));
    if (band) byBand.get(band)?.push(request);
  }
  return byBand;
}

type ByBand = ReturnType<typeof requestsByBand>;

export function deploymentSummary(deployment: DeploymentRecord, byBand: ByBand, within: Within): DeploymentSummary {
  const own = [...byBand.keys()].filter((band) => band.deployment === deployment);
  const stages = own.flatMap((band): StageSummary[] =>
    band.stage === undefined
      ? []
      : [{ stage: band.stage, seconds: (band.to - band.from) / 1000, ...numbersOf(byBand.get(band) ?? []) }],
  );
  return {
    title: deployment.title,
    seconds: ((own.at(-1)?.to ?? 0) - (own[0]?.from ?? 0)) / 1000,
    ...numbersOf(own.flatMap((band) => byBand.get(band) ?? [])),
    stages,
    shifts: shiftsOf(deployment, within),
  };
}
