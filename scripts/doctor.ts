import { machineChecks } from '../operator/doctor/checks';
import { examinationText, examine } from '../operator/doctor/examination';
import { environmentVariables, parseCommand, runCommand, withoutSdkWarning } from './command-line';

const help = `npm run doctor -- [--json]

What this machine lacks for which command, with the line that installs it. What commands fetch by themselves (Redis,
HAProxy and moto, without root) is fetched now. Nothing is installed.

  --json    findings as JSON on standard output

Exit codes: 0 all is there that a first run needs, 1 something of it is missing, 64 called wrongly.
Example
  npm run doctor`;

async function main(args: string[]): Promise<number> {
  const { json } = parseCommand({ args, options: { json: { type: 'boolean', default: false } } }).values;
  withoutSdkWarning();
  const findings = await examine(machineChecks(environmentVariables));
  console.log(json ? JSON.stringify({ version: 1, findings }, null, 2) : examinationText(findings));
  return findings.some(({ state }) => state === 'missing') ? 1 : 0;
}

void runCommand(help, main);
