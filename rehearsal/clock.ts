/** Milliseconds since 1970, with fractions, that never go back. */
export const now = (): number => performance.timeOrigin + performance.now();
