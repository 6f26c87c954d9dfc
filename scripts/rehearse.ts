import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { everyName } from '../lib/config/context';
import type { EnvironmentName } from '../lib/config/environment';
import { environments } from '../lib/config/environments';
import { type EngineChoice, engineChoices } from '../rehearsal/parts/container-engine';
import type { Scenario } from '../rehearsal/record';
import { rehearse } from '../rehearsal/rehearse';
import { allScenarios, usualScenarios } from '../rehearsal/release/scenarios';
import { toJson } from '../rehearsal/report/json';
import { createLiveView } from '../rehearsal/report/live-view';
import { reportPage } from '../rehearsal/report/page';
import { summarise } from '../rehearsal/report/summary';
import { endTable } from '../rehearsal/report/table';
import { judge } from '../rehearsal/report/verdict';
import { synthesise } from './cdk-synth';
import { environmentVariables, parseCommand, parsePairs, runCommand, UsageError } from './command-line';

const help = `npm run rehearse -- [option…]

Rehearses a release on this machine: synthesises an environment, starts real parts on loopback (PostgreSQL, Redis,
HAProxy as the load balancer, an emulator of S3 and Secrets Manager, the service itself), puts users on it, releases
as Amazon ECS would, and fails if one of the users would have noticed. Needs no AWS account and no Docker.

  --environment NAME    production (default), staging or demo
  --scenario NAMES      release, rollback, broken-image, redis-failover, database-failover, separated by commas, or
                        all; default: release,rollback,broken-image,release
  --seconds N           how long a release bakes here (default 4; on AWS it is minutes)
  --rate N              requests a second (default 340)
  --speed N             waits of AWS are so many times shorter (default 12; 1 is real time)
  --assembly DIRECTORY  releases what was synthesised there before, instead of synthesising
  --from DIRECTORY      the assembly that runs before the release (default: the one that is released)
  --engine NAME         auto (default), docker, podman, or none: processes instead of containers
  --build-arg K=V       for the image's build in a container engine, such as BASE_IMAGE of a mirror
  --report FILE         where the page with the timeline goes (default: cdk.out/rehearsal.html)
  --json                figures and verdict as JSON on standard output

Exit codes: 0 nobody noticed, 1 somebody would have, 2 it could not be rehearsed, 64 called wrongly, 130 Ctrl-C.
Examples
  npm run rehearse
  npm run rehearse -- --scenario all --rate 200
  npm run rehearse -- --environment staging --scenario rollback --speed 1`;

const root = join(__dirname, '..');
/** How a shell sees a process that Ctrl-C has ended. */
const interrupted = 130;
const notRehearsed = 2;

const parse = (args: string[]) =>
  parseCommand({
    args,
    options: {
      environment: { type: 'string', default: 'production' },
      scenario: { type: 'string', default: usualScenarios.join(',') },
      seconds: { type: 'string', default: '4' },
      rate: { type: 'string', default: '340' },
      speed: { type: 'string', default: '12' },
      assembly: { type: 'string' },
      from: { type: 'string' },
      engine: { type: 'string', default: 'auto' },
      'build-arg': { type: 'string', multiple: true, default: [] },
      report: { type: 'string', default: join(root, 'cdk.out', 'rehearsal.html') },
      json: { type: 'boolean', default: false },
    },
  }).values;

function environmentOf(name: string): EnvironmentName {
  const known = everyName.find((each) => each === name);
  if (known === undefined)
    throw new UsageError(`--environment: unknown environment "${name}"; allowed: ${rehearsable().join(', ')}.`);
  if (environments[known].deployment.strategy !== 'blue-green')
    throw new UsageError(
      `--environment: ${name} is released by rolling, with a gap that users may notice; allowed: ${rehearsable().join(', ')}.`,
    );
  return known;
}

const rehearsable = () => everyName.filter((name) => environments[name].deployment.strategy === 'blue-green');

function scenariosOf(names: string): readonly Scenario[] {
  if (names === 'all') return allScenarios;
  return names.split(',').map((name) => {
    const known = allScenarios.find((each) => each === name);
    if (known === undefined)
      throw new UsageError(
        `--scenario: unknown scenario "${name}"; allowed: ${[...new Set(allScenarios)].join(', ')}, or all.`,
      );
    return known;
  });
}

function numberOf(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max))
    throw new UsageError(`--${option}: "${text}" is no number from ${min} to ${max}.`);
  return value;
}

function engineOf(name: string): EngineChoice {
  const known = engineChoices.find((each) => each === name);
  if (known === undefined)
    throw new UsageError(`--engine: unknown engine "${name}"; allowed: ${engineChoices.join(', ')}.`);
  return known;
}

async function main(args: string[]): Promise<number> {
  const values = parse(args);
  const environment = environmentOf(values.environment);
  const props = {
    environment,
    scenarios: scenariosOf(values.scenario),
    seconds: numberOf('seconds', values.seconds, 1, 3600),
    rate: numberOf('rate', values.rate, 10, 5000),
    speed: numberOf('speed', values.speed, 1, 100),
    engine: engineOf(values.engine),
    buildArgs: parsePairs('build-arg', values['build-arg']),
    from: values.from && resolve(values.from),
  };
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => stop.abort(new Interruption(`${signal}: ending what was started.`)));

  // What machines read goes to standard output, what people look at does not get in its way.
  const view = createLiveView(process.stderr, { colours: process.stderr.isTTY && !environmentVariables.NO_COLOR });
  const work = mkdtempSync(join(tmpdir(), 'mr-mentor-rehearsed-'));
  try {
    if (values.assembly === undefined) {
      view.note(`Synthesising ${environment}.`);
      const code = await synthesise(work, { environments: environment });
      stop.signal.throwIfAborted();
      if (code !== 0) return notRehearsed;
    }
    const rehearsal = await rehearse({
      ...props,
      assembly: values.assembly === undefined ? work : resolve(values.assembly),
      environmentVariables,
      view,
      signal: stop.signal,
    });
    view.end();
    const verdict = judge(rehearsal);
    mkdirSync(dirname(resolve(values.report)), { recursive: true });
    writeFileSync(values.report, reportPage(rehearsal));
    if (values.json) console.log(JSON.stringify(toJson(rehearsal), null, 2));
    else console.log(`${endTable(rehearsal, summarise(rehearsal), verdict)}\n`);
    console.error(`The timeline: ${relative(process.cwd(), resolve(values.report))}`);
    return verdict.passed ? 0 : 1;
  } catch (error) {
    view.end();
    console.error((error as Error).message);
    return error instanceof Interruption ? interrupted : notRehearsed;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

class Interruption extends Error {}

void runCommand(help, main);
