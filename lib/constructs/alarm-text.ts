import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { repository } from '../config/accounts';
import type { EnvironmentName, Severity } from '../config/environment';
import { application } from '../config/names';
import type { AlarmDefinition } from './monitoring';
import { readName } from './published-name';

/** `mr-mentor-production-page-WebErrors-green` */
export const alarmName = (
  env: EnvironmentName,
  severity: Severity | 'release',
  { name, of }: Pick<AlarmDefinition, 'name' | 'of'>,
): string => [application, env, severity, name, ...(of ? [of] : [])].join('-');

/** Headings of the runbook are the names of alarms; GitHub makes anchors of them in lower case. */
export const runbookLink = (name: string): string =>
  `https://github.com/${repository.owner}/${repository.name}/blob/main/docs/runbook.md#${name.toLowerCase()}`;

/** @param path after the host of the region's console, where `REGION` stands for the region */
export function consoleLink(reader: Construct, path: string): string {
  const { region } = Stack.of(reader);
  return `https://${region}.console.aws.amazon.com/${path.replaceAll('REGION', region)}`;
}

/** What arrives in the mail and in Slack: what it means, and the two pages that come next. */
export const alarmDescription = (
  reader: Construct,
  {
    name,
    meaning,
    missingData,
    console,
    about,
  }: Pick<AlarmDefinition, 'name' | 'meaning' | 'missingData' | 'console' | 'about'>,
): string =>
  [
    meaning,
    `Runbook: ${runbookLink(name)}`,
    `Console: ${readName(reader, about, consoleLink(reader, console))}`,
    `No data counts as ${missingData.means}: ${missingData.because}`,
  ].join('\n');
