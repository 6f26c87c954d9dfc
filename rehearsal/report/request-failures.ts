import type { DeploymentRecord, RequestOutcome } from '../record';
import { type Band, bandAt, colourOf, endOf } from './bands';
import { explain, type FailedRequest } from './explanations';
import type { Failure, Place } from './failure';
import { count, counted, listed } from './figures';
import { whileIn } from './wording';

interface Group {
  readonly result: number | string;
  readonly explanation: string;
  readonly kinds: Map<string, number>;
  readonly places: Map<string, Place>;
  at: number;
}

function sideOf(target: string | undefined, deployment: DeploymentRecord | undefined): FailedRequest['answeredBy'] {
  if (target === undefined) return 'nobody';
  const colour = colourOf(target);
  if (deployment === undefined || colour === undefined) return 'other';
  return colour === deployment.to ? 'new' : 'old';
}

/** One failure for all that failed in the same way for the same reason, wherever that was. The most first. */
export function requestFailures(failed: readonly RequestOutcome[], bands: readonly Band[]): Failure[] {
  const groups = new Map<string, Group>();
  for (const request of failed) {
    const { deployment, stage } = bandAt(bands, endOf(request)) ?? {};
    const { kind, result, target } = request;
    const explanation = explain({ kind, result, stage, answeredBy: sideOf(target, deployment) });
    const key = JSON.stringify([result, explanation]);
    let group = groups.get(key);
    if (group === undefined) {
      group = { result, explanation, kinds: new Map(), places: new Map(), at: endOf(request) };
      groups.set(key, group);
    }
    group.kinds.set(kind, (group.kinds.get(kind) ?? 0) + 1);
    group.at = Math.min(group.at, endOf(request));
    addPlace(group.places, { deployment: deployment?.title, stage, colour: colourOf(target), count: 1 });
  }
  return [...groups.values()].map(failureOf).sort((one, other) => other.count - one.count);
}

function addPlace(places: Map<string, Place>, place: Place): void {
  const key = JSON.stringify([place.deployment, place.stage, place.colour]);
  places.set(key, { ...place, count: (places.get(key)?.count ?? 0) + 1 });
}

function failureOf({ result, explanation, kinds, places, at }: Group): Failure {
  const number = [...kinds.values()].reduce((sum, some) => sum + some, 0);
  const byCount = [...places.values()].sort((one, other) => other.count - one.count);
  // `200, but about somebody else`
  const answered = typeof result === 'number' || /^\d{3}\b/.test(result);
  const how = answered ? `with status ${result}` : `without a whole answer (${result})`;
  return {
    subject: 'requests',
    message: `${counted(number, 'request')} failed ${how} (${kindsOf(kinds)}): ${placesOf(byCount)}.`,
    explanation,
    count: number,
    places: byCount,
    at,
  };
}

/** `read`, and of several kinds the commonest first: `400 read and 2 write`. */
function kindsOf(kinds: ReadonlyMap<string, number>): string {
  const commonest = [...kinds].sort(([, one], [, other]) => other - one);
  const [[only] = ['']] = commonest;
  return commonest.length === 1 ? only : listed(commonest.map(([kind, number]) => `${count(number)} ${kind}`));
}

const shownPlaces = 4;

function placesOf(places: readonly Place[]): string {
  const [only] = places;
  if (only && places.length === 1) return placeName(only);
  const shown = places.slice(0, shownPlaces).map((place) => `${count(place.count)} ${placeName(place)}`);
  const more = places.length - shownPlaces;
  return listed([...shown, ...(more > 0 ? [`the rest in ${counted(more, 'other stage')}`] : [])]);
}

const placeName = ({ deployment, stage, colour }: Place): string =>
  `${colour === undefined ? '' : `from ${colour} `}${whileIn(deployment, stage)}`;
