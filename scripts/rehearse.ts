import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { everyName } from '../lib/config/context';
import type { EnvironmentName } from '../lib/config/environment';
import { createLiveView } from '../rehearsal/report/live-view';
import { renderJson } from '../rehearsal/report/json';
import { renderPage } from '../rehearsal/report/page';
import { renderTable } from '../rehearsal/report/table';
import { judge } from '../rehearsal/report/verdict';
import type { Scenario } from '../rehearsal/record';
import { rehearse } from '../rehearsal/rehearse';
import { synthesise } from './cdk-synth';
import { environmentVariables, parseCommand, runCommand, UsageError } from './command-line';

const help = `npm run rehearse -- [option…]

Rehearses a release on this machine: synthesises an environment, starts real parts on loopback (PostgreSQL, Redis,
HAProxy as the load balancer, an emulator of S3 and Secrets Manager, the service itself), puts users on it, releases
as Amazon ECS would, and fails if one of the users would have noticed. Needs no AWS account and no Docker.

  --environment NAME    production (default), staging or demo
  --scenario NAMES      release, rollback, broken-image, redis-failover, database-failover, separated by commas, or
                        all; default: release,rollback,broken-image,release
  --seconds N           how long a release bakes here (default 5; on AWS it is minutes)
  --rate N              requests a second (default 400)
  --speed N             waits of AWS are so many times shorter (default 10; 1 is real time)
  --assembly DIRECTORY  releases what was synthesised there before, instead of synthesising
  --from DIRECTORY      the assembly that runs before the release (default: the one that is released)
  --engine NAME         auto (default), docker, podman, or none: processes instead of containers
  --report FILE         where the page with the timeline goes (default: cdk.out/rehearsal.html)
  --json                figures and verdict as JSON on standard output

Exit codes: 0 nobody noticed, 1 somebody would have, 2 it could not be rehearsed, 64 called wrongly, 130 Ctrl-C.
Examples
  npm run rehearse
  npm run rehearse -- --scenario all --rate 200
  npm run rehearse -- --environment staging --scenario rollback --speed 1`;

const root = join(__dirname, '..');
