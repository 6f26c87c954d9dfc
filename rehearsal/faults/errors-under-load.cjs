// Preloaded into a release, breaks it: passes every check and the smoke test, and fails a fifth of what users ask of it
// once they do. Counted, not at random, so that a rehearsal sees the same each time.
const answer = require('./answers.cjs');

/** A smoke test stays below. */
const LIGHT_LOAD_A_SECOND = 3;
const CHECKS = ['/api/health', '/api/ready'];

/** @type {number[]} */
let recent = [];
let underLoad = 0;

answer((path) => {
  if (!path.startsWith('/api/') || CHECKS.includes(path)) return undefined;
  const now = performance.now();
  recent = [...recent.filter((at) => now - at < 1_000), now].slice(-LIGHT_LOAD_A_SECOND - 1);
  if (recent.length <= LIGHT_LOAD_A_SECOND) return undefined;
  underLoad += 1;
  return underLoad % 5 === 0 ? 500 : undefined;
});
