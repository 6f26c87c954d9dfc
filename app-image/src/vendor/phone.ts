/** The platform's own country, whose people write their numbers without its code. */
const country = '91';

/** @returns the number in E.164, or undefined where it is none; one without a country code is Indian */
export function e164(written: string): string | undefined {
  const compact = written.replace(/[\s().-]/g, '').replace(/^00/, '+');
  if (/^\+[1-9]\d{7,14}$/.test(compact)) return compact;
  const [, local] = /^(?:0|91)?([6-9]\d{9})$/.exec(compact) ?? [];
  return local === undefined ? undefined : `+${country}${local}`;
}
