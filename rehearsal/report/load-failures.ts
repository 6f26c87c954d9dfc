import type { Rehearsal, RequestOutcome } from '../record';
import { type Band, bandAt, endOf } from './bands';
import type { Failure } from './failure';
import { count, duration } from './figures';
import { whileIn } from './wording';

/** A run, or a stage of it, that tried nothing has shown nothing. */
export function loadFailures(
  { requests, deployments, outages, loadFrom }: Rehearsal,
  bands: readonly Band[],
): Failure[] {
  const failure = (message: string, at?: number): Failure => ({
    subject: 'load',
    message,
    explanation: 'Look at the log of the rehearsal for what ended the load.',
    count: 1,
    at,
  });
  if (requests.length === 0) return [failure('There was not one request, so nothing was rehearsed.', loadFrom)];
  return [
    ...(deployments.length + outages.length === 0
      ? [failure('There was no deployment and no outage, so nothing was rehearsed.')]
      : []),
    ...emptyStages(requests, bands).map((band) =>
      failure(
        `There was no request ${whileIn(band.deployment?.title, band.stage)}, for ${duration(band.to - band.from)}.`,
        band.from,
      ),
    ),
  ];
}

/** Requests come by the clock, so that in this time one has to be there even at the lowest rate. */
const longMs = 2_000;

function emptyStages(requests: readonly RequestOutcome[], bands: readonly Band[]): Band[] {
  const tried = new Set(requests.map((request) => bandAt(bands, endOf(request))));
  return bands.filter((band) => band.deployment && band.to - band.from >= longMs && !tried.has(band));
}

/** The share of what was asked for, below which the numbers of a run are not what they say. */
const enoughLoad = 0.9;

/**
 * While the load rises there are fewer, and while it ends answers and jobs are waited for and nothing new is begun: those
 * times do not count.
 */
export function loadNotes({ requests, rate, rateMayBeLess, risenAt }: Rehearsal): string[] {
  const counted = requests.filter(({ at }) => at >= risenAt);
  const last = counted.reduce((latest, { at }) => Math.max(latest, at), risenAt);
  const reached = counted.length / ((last - risenAt) / 1000);
  if (counted.length === 0 || reached >= rate * enoughLoad) return [];
  const average = `${count(Math.round(reached))} requests a second`;
  return [
    rateMayBeLess
      ? `There were ${average}, as many as this machine bears beside tasks that start; a faster one gets ${count(rate)}.`
      : `There were ${average}, and ${count(rate)} were asked for.`,
  ];
}
