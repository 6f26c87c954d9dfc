// Owns the processes of a rehearsal's tasks, as the ECS agent of an instance does, and ends them when the rehearsal is
// gone. A process of its own, since one that is killed with SIGKILL cannot tidy up after itself.
const { execFile, spawn } = require('node:child_process');
const { once } = require('node:events');
const { closeSync, openSync, readdirSync, writeFileSync } = require('node:fs');
const { setPriority } = require('node:os');
const { setTimeout: sleep } = require('node:timers/promises');

/** @typedef {import('./task-processes').TaskProgram} TaskProgram */
/** @typedef {import('./task-processes').Order} Order */

/** Half of the processor that another one gets: a start that waits for ever is no start either. */
const LOW = 3;
const NORMAL = 0;
const linux = process.platform === 'linux';

/** @type {Map<string, { readonly child: import('node:child_process').ChildProcess, readonly program: TaskProgram }>} */
const running = new Map();
/** As last wished, by process. @type {Map<number, number>} */
const groupPriorities = new Map();
let ending = false;

process.on('message', (/** @type {Order} */ order) => {
  if (order.order === 'start' && !ending) start(order.id, order.program);
  else if (order.order === 'signal') signalTask(order.id, order.signal);
  else if (order.order === 'normal priority') prioritise(running.get(order.id)?.child.pid, NORMAL);
  else if (order.order === 'check') check(order);
  else if (order.order === 'end') void endAll();
});
process.once('disconnect', endAll);

/** Whether a process that is made to wait for others can be made equal to them again: not everybody may. */
const restorable = canRestorePriority();
// Its own is that of the health checks, which are in its session.
prioritise(process.pid, LOW, false);

/** @param {import('./task-processes').News} news */
function tell(news) {
  if (process.connected) process.send?.(news);
}

/**
 * @param {string} id
 * @param {TaskProgram} program
 */
function start(id, program) {
  try {
    const child = spawnTask(program);
    child.once('error', (error) => {
      if (child.pid === undefined) tell({ news: 'failed', id, message: error.message });
    });
    if (child.pid === undefined) return;
    running.set(id, { child, program });
    if (program.lowPriority) prioritise(child.pid, LOW);
    tell({ news: 'started', id, pid: child.pid });
    child.once('exit', (code, signal) => {
      running.delete(id);
      // What it had started goes with it, as in a container.
      killGroup(child);
      tell({ news: 'exited', id, at: performance.timeOrigin + performance.now(), code, signal });
    });
  } catch (error) {
    // Not its message, which may show a variable.
    tell({ news: 'failed', id, message: String(/** @type {NodeJS.ErrnoException} */ (error).code) });
  }
}

/** @param {TaskProgram} program */
function spawnTask({ name, command, args, folder, environment, log }) {
  const output = openSync(log, 'a');
  try {
    // A session of its own is also what Linux shares the processors among.
    const options = /** @type {const} */ ({ argv0: name, cwd: folder, env: environment, detached: true });
    return spawn(command, args, { ...options, stdio: ['ignore', output, output] });
  } finally {
    closeSync(output);
  }
}

/**
 * @param {string} id
 * @param {NodeJS.Signals} signal
 */
function signalTask(id, signal) {
  const child = running.get(id)?.child;
  if (signal === 'SIGKILL') killGroup(child);
  else child?.kill(signal);
}

/** @param {import('node:child_process').ChildProcess | undefined} child */
function killGroup(child) {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left of it.
  }
}

/** @param {Extract<Order, { order: 'check' }>} order */
function check({ check: number, program, timeoutMs }) {
  const { command, args, folder, environment } = program;
  const options = { cwd: folder, env: environment, timeout: timeoutMs, killSignal: /** @type {const} */ ('SIGKILL') };
  const child = execFile(command, args, options, (error, stdout, stderr) =>
    tell({ news: 'checked', check: number, ok: error === null, output: `${stdout}${stderr}`.trim() }),
  );
  if (child.pid !== undefined) niceness(child.pid, LOW);
}

/**
 * @param {number | undefined} pid
 * @param {number} value
 * @param {boolean} [withNiceness]
 */
function prioritise(pid, value, withNiceness = restorable) {
  if (pid === undefined) return;
  if (withNiceness) niceness(pid, value);
  if (linux) void groupPriority(pid, value);
}

/**
 * Of each thread, since on Linux each has its own.
 *
 * @param {number} pid
 * @param {number} value
 */
function niceness(pid, value) {
  try {
    for (const thread of linux ? readdirSync(`/proc/${pid}/task`) : [pid]) setPriority(Number(thread), value);
  } catch {
    // It has ended, or this user may not: then it competes as it is.
  }
}

/**
 * Of its session against others. Where the kernel groups by session, niceness says nothing to other sessions, and
 * everybody may set this one back.
 *
 * @param {number} pid
 * @param {number} value
 */
async function groupPriority(pid, value) {
  groupPriorities.set(pid, value);
  // A later wish stands.
  for (let attempt = 0; attempt < 20 && groupPriorities.get(pid) === value; attempt += 1) {
    try {
      writeFileSync(`/proc/${pid}/autogroup`, String(value));
      return;
    } catch (error) {
      // The kernel takes a few such wishes a second.
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EAGAIN') return;
      await sleep(100 + attempt * 20);
    }
  }
}

function canRestorePriority() {
  const trial = spawn('sleep', ['5'], { stdio: 'ignore' });
  trial.on('error', () => {});
  if (trial.pid === undefined) return false;
  try {
    setPriority(trial.pid, 1);
    setPriority(trial.pid, NORMAL);
    return true;
  } catch {
    return false;
  } finally {
    trial.kill('SIGKILL');
  }
}

async function endAll() {
  if (ending) return;
  ending = true;
  const all = [...running.values()];
  await Promise.all(
    all.map(async ({ child, program: { endWith } }) => {
      const gone = once(child, 'exit');
      killGroup(child);
      // Of a container this process is only its client.
      if (endWith)
        await new Promise((resolve) => execFile(endWith.command, endWith.args, { env: endWith.environment }, resolve));
      await gone;
    }),
  );
  process.exit(0);
}
