import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommand, runCommand, UsageError } from '../scripts/command-line';
import { formatTable } from '../scripts/table';

const help = `npm run bench -- [--rounds N]

Times \`cdk synth\` as a whole process: one environment and all four, against the floor (an app with one
bucket; same CLI, loader, feature flags, validator), with policy packs and validator on and off, and
the snapshot suite. Rounds are interleaved; the ratio is the median of the ratios within a round, so it
holds when the machine's speed drifts.

  --rounds N   counted rounds after one warm-up (default 5, 1 to 50)`;

const root = join(__dirname, '..');
const ours = 'node --require tsx/cjs bin/app.ts';

interface Variant {
  readonly name: string;
  readonly run: (output: string) => readonly string[];
  readonly validator?: boolean;
  /** At most this many times the floor. */
  readonly aim?: number;
}

const synth =
  (app: string, ...context: string[]) =>
  (output: string) => [
    join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk'),
    ...['synth', '--quiet', '--no-lookups', '--no-notices', '--app', app, '--output', output],
    ...context.flatMap((pair) => ['--context', pair]),
  ];

const floor: Variant = { name: 'floor: one bucket', run: synth('node --require tsx/cjs bench/floor-app.ts') };
const variants: readonly Variant[] = [
  floor,
  { name: 'production', run: synth(ours, 'environments=production'), aim: 2 },
  { name: 'production, no policy packs', run: synth(ours, 'environments=production', 'policyChecks=false') },
  { name: 'all four', run: synth(ours), aim: 4 },
  { name: 'all four, no policy packs', run: synth(ours, 'policyChecks=false') },
  { name: 'all four, no packs, no validator', run: synth(ours, 'policyChecks=false'), validator: false },
  { name: 'floor, no validator', run: floor.run, validator: false },
  {
    name: 'snapshot suite',
    run: () => [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--ci', 'test/snapshots.test.ts'],
  },
];

function seconds({ name, run, validator = true }: Variant): number {
  const output = mkdtempSync(join(tmpdir(), 'mr-mentor-bench-'));
  try {
    const began = process.hrtime.bigint();
    const { status, stderr } = spawnSync(process.execPath, run(output), {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, ...(validator ? {} : { CDK_VALIDATION: 'false' }) },
    });
    if (status !== 0) throw new Error(`"${name}" ended with ${status}:\n${stderr}`);
    return Number(process.hrtime.bigint() - began) / 1e9;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? Number.NaN) + (sorted[sorted.length - 1 - middle] ?? Number.NaN)) / 2;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseCommand({ args, options: { rounds: { type: 'string', default: '5' } } });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50)
    throw new UsageError(`--rounds: "${values.rounds}" is no whole number from 1 to 50.`);

  const times = new Map<Variant, number[]>(variants.map((variant) => [variant, []]));
  for (let round = 0; round <= rounds; round += 1) {
    process.stderr.write(round === 0 ? 'warm-up\n' : `round ${round} of ${rounds}\n`);
    for (const [variant, taken] of times) {
      const time = seconds(variant);
      if (round > 0) taken.push(time);
    }
  }

  const floorTimes = times.get(floor) ?? [];
  const rows = [...times].map(([{ name, aim }, taken]) => [
    name,
    `${median(taken).toFixed(2)} s`,
    `${Math.min(...taken).toFixed(2)} s`,
    `${Math.max(...taken).toFixed(2)} s`,
    `${median(taken.map((time, round) => time / (floorTimes[round] ?? Number.NaN))).toFixed(2)}×`,
    aim === undefined ? '' : `≤ ${aim}×`,
  ]);
  console.log(formatTable(['cdk synth', 'median', 'min', 'max', 'of the floor', 'aim'], rows));
  return 0;
}

void runCommand(help, main);
