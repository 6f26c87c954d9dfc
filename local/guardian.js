// Runs a server and, when the process that asked for it is gone, ends the server and deletes its folder.
// A process of its own, since one that is killed with SIGKILL cannot tidy up after itself.
const { spawn } = require('node:child_process');
const { rmSync } = require('node:fs');

/** @type {import('./server-process').Guarded} */
const { prepare, server, environment, user, folder, killWith } = JSON.parse(process.argv[2] ?? '');

/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
let leaving = false;

process.on('message', (/** @type {import('./server-process').Order} */ order) => {
  if (order === 'clear away') clearAway();
  else child?.kill(order);
});
process.once('disconnect', clearAway);
// Whoever ends processes by their names, say.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, clearAway);

if (prepare) run(prepare, (code) => (code === 0 ? serve() : process.exit(code)));
else serve();

function serve() {
  run(server, (code) => process.exit(code));
  process.send?.({ pid: child?.pid });
}

/**
 * @param {import('./server-process').Program} program
 * @param {(code: number) => void} then
 */
function run({ command, args }, then) {
  child = spawn(command, args, { ...user, cwd: folder, env: { ...process.env, ...environment }, stdio: 'inherit' });
  child.once('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(127);
  });
  child.once('exit', (code) => {
    child = undefined;
    if (leaving) leave();
    else then(code ?? 1);
  });
}

function clearAway() {
  leaving = true;
  if (child === undefined) leave();
  else child.kill(killWith);
}

function leave() {
  // Again for a while, since what a killed initdb had started may still be writing.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  process.exit(0);
}
