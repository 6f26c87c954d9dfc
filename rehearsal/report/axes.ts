/** How a moment or a number becomes a place in a drawing. */

export const drawing = { width: 1120, left: 52, right: 12 } as const;

export interface TimeAxis {
  readonly from: number;
  readonly to: number;
  /** Pixels from the left, with one digit, which is all that is seen. */
  x(at: number): number;
}

const tenth = (number: number): number => Math.round(number * 10) / 10;

export function timeAxis(from: number, to: number): TimeAxis {
  const { width, left, right } = drawing;
  const perMs = (width - left - right) / (to - from);
  return { from, to, x: (at) => tenth(left + (Math.min(to, Math.max(from, at)) - from) * perMs) };
}

/** A number that is read at a glance, and so is its half; not below the given one. */
export function roundedUp(number: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(number, 1)));
  return power * ([1, 1.2, 1.6, 2, 3, 4, 6, 8].find((step) => step * power >= number) ?? 10);
}

/** Whole seconds that people count in, so that there are about a dozen on the axis. */
export function secondsBetweenTicks(lengthMs: number): number {
  const least = lengthMs / 1000 / 14;
  return [1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((step) => step >= least) ?? 1800;
}

export interface ValueAxis {
  readonly ticks: readonly number[];
  /** Pixels from the top. */
  y(value: number): number;
}

export function linearAxis(most: number, height: number): ValueAxis {
  const top = roundedUp(most);
  return { ticks: [top / 2, top], y: (value) => tenth(height - (value / top) * height) };
}

/** Whole powers of ten, two at least. */
export function logarithmicAxis(values: readonly number[], height: number): ValueAxis {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive, 1)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive, 10))));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  const y = (value: number) => tenth(height - ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * height);
  return { ticks, y };
}
