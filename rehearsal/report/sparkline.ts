const bars = [...'▁▂▃▄▅▆▇█'];

/** One character a number, the largest as the highest; nothing at all is a space. */
export function sparkline(numbers: readonly number[]): string {
  const most = Math.max(...numbers, 1);
  return numbers
    .map((number) => (number <= 0 ? ' ' : (bars[Math.ceil((number / most) * bars.length) - 1] ?? '▁')))
    .join('');
}
