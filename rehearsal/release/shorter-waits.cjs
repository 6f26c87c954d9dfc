// Preloaded into a process whose own waits are to be as many times shorter as those of AWS around it. Only what it
// waits for by `setTimeout` of timers/promises: callbacks of `setTimeout` are time limits of requests, which measure
// this machine and stay as they are.
const { syncBuiltinESMExports } = require('node:module');
const timers = require('node:timers/promises');

const speed = Number(process.env.WAITS_DIVIDED_BY ?? 1);
const { setTimeout: wait } = timers;

Object.assign(timers, {
  /**
   * @param {number} [delay]
   * @param {unknown[]} rest
   */
  setTimeout: (delay = 1, ...rest) => Reflect.apply(wait, timers, [delay / speed, ...rest]),
});
syncBuiltinESMExports();
