import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDashboard } from '../dashboard/body';
import { dashboardPage } from '../dashboard/page';
import { environmentOf } from '../operator/aws-account';
import { synthesise } from './cdk-synth';
import { parseCommand, runCommand, UsageError } from './command-line';

const help = `npm run dashboard -- [ENVIRONMENT] [option…]

Draws the CloudWatch dashboard of an environment (default: production) as a page, to look at before it is deployed: its
widgets, thresholds and alarms are the template's, its lines are made up. Needs no credentials.

  --assembly DIRECTORY  what was synthesised there before, instead of synthesising
  --output FILE         default: dashboard-ENVIRONMENT.html in cdk.out

Exit codes: 0 written, 1 the synth failed, 64 called wrongly.
Examples
  npm run dashboard
  npm run dashboard -- development --output development.html`;

const root = join(__dirname, '..');

async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseCommand({
    args,
    allowPositionals: true,
    options: { assembly: { type: 'string' }, output: { type: 'string' } },
  });
  const [name = 'production', ...more] = positionals;
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}": one environment at most.`);
  const environment = environmentOf(name);
  const { assembly, output = join(root, 'cdk.out', `dashboard-${environment}.html`) } = values;

  const made = mkdtempSync(join(tmpdir(), 'mr-mentor-dashboard-'));
  try {
    if (assembly === undefined) {
      const failed = await synthesise(made, { environments: environment }, { judged: false });
      if (failed !== 0) return failed;
    }
    const widgets = readWidgets(assembly ?? made, environment);
    writeFileSync(output, dashboardPage(environment, widgets));
    console.log(`${widgets.length} widgets: ${output}`);
    return 0;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** An assembly that somebody named may be of something else. */
function readWidgets(assembly: string, environment: string): ReturnType<typeof readDashboard> {
  try {
    return readDashboard(assembly, environment);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

void runCommand(help, main);
