/**
 * A kill switch is off for exactly `false` and `0`. `FALSE`, `no`, `off` and the empty text leave it on: what is
 * governed ships with a release, and turning it off is a deliberate act.
 */
export function isSwitchedOn(text: string | undefined): boolean {
  return text !== 'false' && text !== '0';
}
