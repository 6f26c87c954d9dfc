import type { AssumptionName } from '../assumptions';
import { type Estate, type Located, numberIn, textIn } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

type LogKind = 'serviceLogs' | 'databaseLogs' | 'flowLogs' | 'firewallLogs';
const names: Readonly<Record<LogKind, string>> = {
  serviceLogs: 'the service and its jobs',
  databaseLogs: 'the database',
  flowLogs: 'the network',
  firewallLogs: 'the web firewalls',
};
/** What is kept for ever is counted for three years: the bill grows until somebody sets a retention. */
const unlimitedDays = 3 * 365;
const daysPerMonth = 30;

/** Log groups by what writes to them. Those of one kind share what is assumed, at the price of where most users are. */
export const logs: Pricing = {
  types: ['AWS::Logs::LogGroup', 'AWS::EC2::FlowLog'],
  findings(estate) {
    const groups = estate.of('AWS::Logs::LogGroup');
    const flows = new Set(
      estate.of('AWS::EC2::FlowLog').map((flow) => estate.referred(flow, flow.properties.LogGroupName)),
    );
    return [
      ...Object.keys(names).flatMap((kind) =>
        kindOf(
          estate,
          kind as LogKind,
          groups.filter((group) => kindNamed(group, flows.has(group)) === kind),
        ),
      ),
      ...flowsElsewhere(estate),
    ];
  },
};

function kindNamed({ properties }: Located, flow: boolean): LogKind {
  const name = textIn(properties.LogGroupName) ?? '';
  if (flow) return 'flowLogs';
  if (name.startsWith('aws-waf-logs')) return 'firewallLogs';
  return name.startsWith('/aws/rds/') ? 'databaseLogs' : 'serviceLogs';
}

function kindOf(estate: Estate, kind: LogKind & AssumptionName, groups: readonly Located[]): Finding[] {
  const [first] = groups;
  if (first === undefined) return [];
  const written = estate.assumed(kind);
  const days = Math.max(...groups.map(({ properties }) => numberIn(properties.RetentionInDays) ?? unlimitedDays));
  const kept = (written * days * estate.assumed('logsCompressed')) / 100 / daysPerMonth;
  const { region } = groups.find((group) => group.region !== 'us-east-1') ?? first;
  const rare = groups.filter(({ properties }) => (properties.LogGroupClass ?? 'STANDARD') !== 'STANDARD');
  return [
    {
      ...{ id: `logs/${kind}`, kind: 'usage', what: `Logs of ${names[kind]}`, amount: written },
      ...{ region, price: 'logs/ingestion' },
    },
    {
      ...{ id: `logs/${kind}/kept`, kind: 'usage', what: `Logs of ${names[kind]}, kept ${days} days`, amount: kept },
      ...{ region, price: 'logs/storage' },
    },
    ...rare.map(
      ({ logicalId, properties }): Finding => ({
        gap: `Log group ${logicalId} of the class ${String(properties.LogGroupClass)}`,
        why: 'only the standard class is priced',
        remedy: 'price it in cost/pricing/logs.ts',
      }),
    ),
  ];
}

const flowsElsewhere = (estate: Estate): Finding[] =>
  estate
    .of('AWS::EC2::FlowLog')
    .filter(({ properties }) => (properties.LogDestinationType ?? 'cloud-watch-logs') !== 'cloud-watch-logs')
    .map(({ logicalId, properties }) => ({
      gap: `Flow log ${logicalId} to ${String(properties.LogDestinationType)}`,
      why: 'only flow logs in CloudWatch are priced',
      remedy: 'price it in cost/pricing/logs.ts',
    }));
