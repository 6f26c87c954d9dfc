/** Points of a line that has never been measured: the same for the same name, and like a working day. */
export function madeUpLine(name: string, top: number, points = 60): readonly number[] {
  let seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const random = () => {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const level = top * (0.15 + 0.5 * random());
  const phase = random() * 6;
  return Array.from({ length: points }, (_, index) =>
    Math.max(0, level * (1 + 0.35 * Math.sin(index / 9 + phase) + 0.25 * (random() - 0.5))),
  );
}
