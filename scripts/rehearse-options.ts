import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { everyName } from '../lib/config/context';
import type { EnvironmentName } from '../lib/config/environment';
import { environments } from '../lib/config/environments';
import { readEnvironment } from '../rehearsal/assembly/cloud-assembly';
import { type EngineChoice, engineChoices } from '../rehearsal/parts/container-engine';
import type { Scenario } from '../rehearsal/record';
import { allScenarios, usualScenarios } from '../rehearsal/release/scenarios';
import { numberOf, parseCommand, parsePairs, UsageError } from './command-line';

export interface RehearseOptions {
  readonly environment: EnvironmentName;
  readonly scenarios: readonly Scenario[];
  readonly seconds: number;
  readonly rate: number;
  /** Nobody has asked for just so many. */
  readonly rateMayBeLess: boolean;
  /** At least. */
  readonly requests: number;
  readonly speed: number;
  readonly engine: EngineChoice;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Absolute, as all paths here. @default - it is synthesised */
  readonly assembly?: string;
  readonly from?: string;
  /** In a folder that is there. */
  readonly report: string;
  readonly json: boolean;
}

/** Requests a second: where the machine bears as many, the usual scenarios take as long as the usual requests. */
export const usualRate = 420;
/** A failure of one request in so many shows. */
export const usualRequests = 50_000;

const parse = (args: string[]) =>
  parseCommand({
    args,
    options: {
      environment: { type: 'string', default: 'production' },
      scenario: { type: 'string' },
      seconds: { type: 'string', default: '4' },
      rate: { type: 'string' },
      requests: { type: 'string' },
      speed: { type: 'string', default: '12' },
      assembly: { type: 'string' },
      from: { type: 'string' },
      engine: { type: 'string', default: 'auto' },
      'build-arg': { type: 'string', multiple: true, default: [] },
      report: { type: 'string', default: join(__dirname, '..', 'cdk.out', 'rehearsal.html') },
      json: { type: 'boolean', default: false },
    },
  }).values;

/** @throws UsageError before anything is started */
export function parseRehearseOptions(args: string[]): RehearseOptions {
  const values = parse(args);
  const environment = environmentOf(values.environment);
  // Whoever chooses the load, or a part of it all, has chosen how long it takes.
  const asMany = values.scenario === undefined && values.rate === undefined ? usualRequests : 0;
  return {
    environment,
    scenarios: values.scenario === undefined ? usualScenarios : scenariosOf(values.scenario),
    seconds: numberOf('seconds', values.seconds, 1, 3600),
    rate: values.rate === undefined ? usualRate : numberOf('rate', values.rate, 10, 5000),
    rateMayBeLess: values.rate === undefined,
    requests: values.requests === undefined ? asMany : numberOf('requests', values.requests, 0, 1_000_000),
    speed: numberOf('speed', values.speed, 1, 100),
    engine: oneOf('engine', 'engine', engineChoices, values.engine),
    buildArgs: parsePairs('build-arg', values['build-arg']),
    assembly: assemblyOf('assembly', values.assembly, environment),
    from: assemblyOf('from', values.from, environment),
    report: fileOf('report', values.report),
    json: values.json,
  };
}

function oneOf<T extends string>(option: string, what: string, allowed: readonly T[], text: string): T {
  const known = allowed.find((each) => each === text);
  if (known !== undefined) return known;
  throw new UsageError(`--${option}: unknown ${what} "${text}"; allowed: ${[...new Set(allowed)].join(', ')}.`);
}

function environmentOf(name: string): EnvironmentName {
  const rehearsable = everyName.filter((each) => environments[each].deployment.strategy === 'blue-green');
  const known = oneOf('environment', 'environment', everyName, name);
  if (rehearsable.includes(known)) return known;
  throw new UsageError(
    `--environment: ${name} is released by rolling, with a gap that users may notice; allowed: ${rehearsable.join(', ')}.`,
  );
}

const scenariosOf = (names: string): readonly Scenario[] =>
  names === 'all' ? allScenarios : names.split(',').map((name) => oneOf('scenario', 'scenario', allScenarios, name));

function assemblyOf(option: string, path: string | undefined, environment: EnvironmentName): string | undefined {
  if (path === undefined) return undefined;
  try {
    readEnvironment(resolve(path), environment);
  } catch (error) {
    throw new UsageError(`--${option}: ${(error as Error).message}`);
  }
  return resolve(path);
}

/** One after the other: where one cannot be made below one that is there, as in /proc, `recursive` tries for ever. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Its folder is made now: later, a whole rehearsal would be lost. */
function fileOf(option: string, path: string): string {
  const file = resolve(path);
  try {
    makeFolder(dirname(file));
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new UsageError(`--${option}: nothing can be written to ${dirname(file)} (${(error as Error).message}).`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() || path.endsWith('/'))
    throw new UsageError(`--${option}: ${path} is a folder; name a file, such as ${join(path, 'rehearsal.html')}.`);
  return file;
}
