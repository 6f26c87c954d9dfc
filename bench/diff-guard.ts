import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberOf, parseCommand, runCommand } from '../scripts/command-line';
import { formatTable } from '../scripts/table';

const help = `npm run bench:diff-guard -- [--rounds N]

Times \`npm run diff-guard\` as a whole process: what it takes beyond two synths, for all environments, where nothing
differs and where every environment releases another image with another bake; and the whole gate against HEAD,
whose assembly is in the cache, with a synth of the work tree unless that is exactly HEAD.

  --rounds N   counted rounds after one warm-up (default 5, 1 to 50)`;

const root = join(__dirname, '..');
const loader = ['--require', 'tsx/cjs'];

interface Variant {
  readonly name: string;
  readonly args: readonly string[];
  /** Seconds. */
  readonly aim: number;
  /** Exit codes of a comparison that was made. */
  readonly exits: readonly number[];
}

function run(args: readonly string[], exits: readonly number[], what: string): number {
  const began = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (!exits.includes(status ?? -1)) throw new Error(`"${what}" ended with ${status}:\n${stderr}`);
  return Number(process.hrtime.bigint() - began) / 1e9;
}

/** An assembly of all environments. */
function synthesise(output: string, ...context: string[]): void {
  const cli = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const pairs = ['policyChecks=false', ...context].flatMap((pair) => ['--context', pair]);
  run([cli, 'synth', '--quiet', '--no-lookups', '--no-notices', '--output', output, ...pairs], [0], 'synth');
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? Number.NaN) + (sorted[sorted.length - 1 - middle] ?? Number.NaN)) / 2;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseCommand({ args, options: { rounds: { type: 'string', default: '5' } } });
  const rounds = Math.floor(numberOf('rounds', values.rounds, 1, 50));
  const folder = mkdtempSync(join(tmpdir(), 'mr-mentor-bench-'));
  try {
    const [base, other] = [join(folder, 'base'), join(folder, 'other')];
    synthesise(base, 'imageTag=main-1a2b3c4');
    // The shorter bake is amber.
    synthesise(other, 'imageTag=main-2b3c4d5', 'bakeMinutes=7');
    const gate = [...loader, 'scripts/diff-guard.ts', '--base'];
    const variants: readonly Variant[] = [
      { name: 'comparison, nothing differs', args: [...gate, base, '--head', base], aim: 5, exits: [0] },
      { name: 'comparison, every environment releases', args: [...gate, base, '--head', other], aim: 5, exits: [2] },
      { name: 'whole gate against HEAD, warm cache', args: [...gate, 'HEAD'], aim: 60, exits: [0, 1, 2] },
    ];
    const times = new Map<Variant, number[]>(variants.map((variant) => [variant, []]));
    for (let round = 0; round <= rounds; round += 1) {
      process.stderr.write(round === 0 ? 'warm-up\n' : `round ${round} of ${rounds}\n`);
      for (const [variant, taken] of times) {
        const time = run(variant.args, variant.exits, variant.name);
        if (round > 0) taken.push(time);
      }
    }
    const rows = [...times].map(([{ name, aim }, taken]) => [
      name,
      `${median(taken).toFixed(2)} s`,
      `${Math.min(...taken).toFixed(2)} s`,
      `${Math.max(...taken).toFixed(2)} s`,
      `≤ ${aim} s`,
    ]);
    console.log(formatTable(['diff-guard', 'median', 'min', 'max', 'aim'], rows));
    return [...times].every(([{ aim }, taken]) => median(taken) <= aim) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void runCommand(help, main);
