import { pause } from '../clock';
import { inTurn } from '../load/mix';

/** Runs one after the other: a laptop has fewer processors than a cluster, and a check starts a program. */
export type InTurn = <Result>(run: () => Promise<Result>) => Promise<Result>;

export function oneByOne(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const turn = last.then(run);
    last = turn.catch(() => {});
    return turn;
  };
}

export interface Starting {
  /** Resolves when it needs no more than it will need all the time, or has ended. */
  readonly upOrGone: Promise<unknown>;
}

export interface StartTurnsProps {
  /** How many start at a time. */
  readonly places: number;
  /** After which the next one starts in any case: some never get up. */
  readonly longestSeconds: number;
  /** Nobody waits any longer. */
  readonly signal: AbortSignal;
}

/**
 * Starts that share what is left of a laptop's processors each take as long as all of them together. So no more start at
 * a time than have places.
 * @returns what starts one, and resolves when it is started, not when it is up
 */
export function startTurns({ places, longestSeconds, signal }: StartTurnsProps) {
  const nextPlace = inTurn(Array.from({ length: places }, oneByOne), 'place for a start');
  return <Started extends Starting>(start: () => Promise<Started>): Promise<Started> =>
    new Promise((resolve, reject) => {
      const turn = async () => {
        const started = await start();
        resolve(started);
        const over = new AbortController();
        const late = pause(longestSeconds, AbortSignal.any([signal, over.signal])).catch(() => {});
        await Promise.race([started.upOrGone, late]);
        over.abort();
      };
      nextPlace()(turn).catch(reject);
    });
}
