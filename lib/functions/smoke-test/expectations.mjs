/** @typedef {[what: string, actual: unknown, expected: unknown]} Expectation */

/**
 * Names everything that is wrong at once: a status alone says that green is bad, the fields say why.
 *
 * @param {readonly Expectation[]} expectations
 */
export function expectAll(expectations) {
  const wrong = expectations.filter(([, actual, expected]) => actual !== expected);
  if (wrong.length === 0) return;
  throw new Error(
    wrong.map(([what, actual, expected]) => `${what} is ${show(actual)}, expected ${show(expected)}`).join('; '),
  );
}

/**
 * Only what looks like a name or a number is shown: green's answer may hold anything, and ends in a log.
 *
 * @param {unknown} value
 */
function show(value) {
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string' && !/^[\w.:-]{0,80}$/.test(value)) return `a text of ${value.length} characters`;
  return JSON.stringify(value) ?? 'undefined';
}

/**
 * @param {string} text
 * @param {number} status
 * @returns {any} whatever green sent; `null` is JSON, too
 */
export function parseJson(text, status) {
  try {
    return JSON.parse(text);
  } catch {
    // V8's message would quote the body, which is nobody's business in a log.
    throw new Error(`status is ${status}, and the body is not JSON`);
  }
}
