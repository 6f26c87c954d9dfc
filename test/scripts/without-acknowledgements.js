// Preloaded by synth.test.ts: lib/policy/acknowledge.ts, but it accepts nothing.
const file = require.resolve('../../lib/policy/acknowledge.ts');
require.cache[file] = Object.assign(new (require('node:module').Module)(file), {
  filename: file,
  loaded: true,
  exports: { acknowledge: () => undefined },
});
