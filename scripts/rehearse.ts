import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UnsuitableSpeed } from '../rehearsal/assembly/compress';
import { unlessAborted } from '../rehearsal/interruption';
import { keepLogs, removeKeptLogs } from '../rehearsal/kept-logs';
import { createRunFolder, type RunFolder, removeLeftovers } from '../rehearsal/parts/run-folder';
import { findParts } from '../rehearsal/preflight';
import type { Rehearsal } from '../rehearsal/record';
import { rehearse } from '../rehearsal/rehearse';
import { toJson } from '../rehearsal/report/json';
import { createLiveView, type LiveView } from '../rehearsal/report/live-view';
import { reportPage } from '../rehearsal/report/page';
import { summarise } from '../rehearsal/report/summary';
import { endTable } from '../rehearsal/report/table';
import { judge, type Verdict } from '../rehearsal/report/verdict';
import { synthesise } from './cdk-synth';
import { environmentVariables, runCommand, UsageError, withoutSdkWarning } from './command-line';
import { Interruption, interrupted, interruption } from './interruption';
import { parseRehearseOptions, type RehearseOptions, usualRate, usualRequests } from './rehearse-options';

const help = `npm run rehearse -- [option…]

Rehearses a release on this machine: synthesises an environment, starts real parts on loopback (PostgreSQL, Redis,
HAProxy as the load balancer, an emulator of S3 and Secrets Manager, the service itself), puts users on it, releases
as Amazon ECS would, and fails if one of the users would have noticed. Needs no AWS account and no Docker.

  --environment NAME    production (default), staging or demo
  --scenario NAMES      release, rollback, broken-image, redis-failover, database-failover, separated by commas, or
                        all; default: release,rollback,broken-image,release
  --seconds N           how long a release bakes here (default 4; on AWS it is minutes)
  --rate N              requests a second (default: as many as this machine bears beside tasks that start, at most
                        ${usualRate})
  --requests N          in the end users go on until there were so many (default ${usualRequests} where neither --scenario nor
                        --rate is given, else 0); a slow machine takes longer for them
  --speed N             waits of AWS are so many times shorter (default 12; 1 is real time)
  --assembly DIRECTORY  releases what was synthesised there before, instead of synthesising
  --from DIRECTORY      the assembly that runs before the release (default: the one that is released)
  --engine NAME         auto (default), docker, podman, or none: processes instead of containers
  --build-arg K=V       for the image's build in a container engine, such as BASE_IMAGE of a mirror
  --report FILE         where the page with the timeline goes (default: cdk.out/rehearsal.html); what the tasks wrote
                        is kept beside it when the rehearsal fails
  --json                figures and verdict as JSON on standard output

Exit codes: 0 nobody noticed, 1 somebody would have, 2 it could not be rehearsed, 64 called wrongly, 130 Ctrl-C.
Examples
  npm run rehearse
  npm run rehearse -- --scenario all --rate 200
  npm run rehearse -- --environment staging --scenario rollback --speed 1
  npm run --silent rehearse -- --json > rehearsal.json`;

const notRehearsed = 2;

async function main(args: string[]): Promise<number> {
  const options = parseRehearseOptions(args);
  withoutSdkWarning();
  const signal = interruption();
  const logs = options.report.replace(/(\.html)?$/, '-logs');
  removeKeptLogs(logs);
  // What machines read goes to standard output, what people look at does not get in its way.
  const view = createLiveView(process.stderr, { colours: process.stderr.isTTY && !environmentVariables.NO_COLOR });
  const runFolder = createRunFolder();
  try {
    const prepared = await prepare(options, runFolder, view, signal);
    const rehearsal = await rehearse({ ...options, ...prepared, runFolder, view, signal });
    view.end();
    const verdict = judge(rehearsal);
    tell(rehearsal, verdict, options);
    if (!verdict.passed) sayWhereLogsAre(runFolder, logs);
    return verdict.passed ? 0 : 1;
  } catch (error) {
    view.end();
    if (error instanceof UnsuitableSpeed) throw new UsageError(`--speed: ${error.message}`);
    console.error(`\n${(error as Error).message}`);
    if (error instanceof Interruption) return interrupted;
    sayWhereLogsAre(runFolder, logs);
    return notRehearsed;
  } finally {
    runFolder.remove();
  }
}

/**
 * Looks for the parts while the assembly is synthesised: neither needs the other. Whether its templates are as they
 * should be is not asked here: `npm run synth` and `cdk deploy` do.
 */
async function prepare(
  { environment, assembly, engine: choice }: RehearseOptions,
  runFolder: RunFolder,
  view: LiveView,
  signal: AbortSignal,
) {
  const output = join(runFolder.path, 'assembly');
  const ended = new AbortController();
  const synthesis = async () => {
    if (assembly !== undefined) return;
    const either = AbortSignal.any([signal, ended.signal]);
    const tell = (text: string) => view.note(text);
    const code = await synthesise(output, { environments: environment }, { signal: either, tell, judged: false });
    either.throwIfAborted();
    if (code !== 0) throw new Error(`${environment} cannot be synthesised, so there is nothing to rehearse.`);
  };
  const synthesised = synthesis();
  const what = assembly === undefined ? `synthesis of ${environment}` : 'looking for the parts';
  try {
    const [engine] = await view.during(what, () =>
      Promise.all([unlessAborted(findParts({ engine: choice, environmentVariables }), signal), synthesised]),
    );
    const left = await removeLeftovers(engine);
    if (left.folders > 0)
      view.note(
        `Removed what a killed rehearsal had left: ${left.folders} folders, ${left.processes} processes, ${left.containers} containers.`,
      );
    view.note(
      engine
        ? `The containers run in ${engine.name}.`
        : 'No container engine: the image’s code runs as processes, without the limits\nand the read-only root of the task definition.',
    );
    return { assembly: assembly ?? output, engine };
  } finally {
    ended.abort();
    await synthesised.catch(() => {});
  }
}

function tell(rehearsal: Rehearsal, verdict: Verdict, { json, report }: RehearseOptions): void {
  if (json) console.log(JSON.stringify(toJson(rehearsal), null, 2));
  else console.log(`${endTable(rehearsal, summarise(rehearsal), verdict)}\n`);
  try {
    writeFileSync(report, reportPage(rehearsal));
    console.error(`The timeline: ${shown(report)}`);
  } catch (error) {
    // The verdict is known all the same.
    console.error(`The timeline could not be written: ${(error as Error).message}`);
  }
}

function sayWhereLogsAre(runFolder: RunFolder, folder: string): void {
  const kept = keepLogs(runFolder.logs, folder);
  if (kept > 0) console.error(`What the ${kept} tasks wrote: ${shown(folder)}`);
}

/** As somebody would type it. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}

void runCommand(help, main);
