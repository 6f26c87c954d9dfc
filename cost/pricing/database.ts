import { type Estate, hoursPerMonth, type Located, numberIn, textIn, unreadable } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

/** Performance Insights keeps a week of history without charge. */
const freeInsightsDays = 7;
/** Seconds between two samples that the assumption on enhanced monitoring is of. */
const monitoringInterval = 60;
/** Storage grows by itself before it is full. */
const fullAt = 0.9;

export const database: Pricing = {
  types: ['AWS::RDS::DBInstance'],
  findings: (estate) => estate.of('AWS::RDS::DBInstance').flatMap((instance) => instanceOf(estate, instance)),
};

function instanceOf(estate: Estate, instance: Located): Finding[] {
  const { properties, region } = instance;
  const [type, engine] = [textIn(properties.DBInstanceClass), textIn(properties.Engine)];
  const allocated = numberIn(properties.AllocatedStorage);
  if (type === undefined || engine === undefined) return [unreadable(instance, 'DBInstanceClass or Engine')];
  if (allocated === undefined) return [unreadable(instance, 'AllocatedStorage')];
  const storage = textIn(properties.StorageType) ?? 'gp2';
  const [suffix, zones] = properties.MultiAZ === true ? ['/multi-az', ', in two zones'] : ['', ''];
  const held = estate.assumed('databaseGb');
  const days = numberIn(properties.BackupRetentionPeriod) ?? 1;
  const backup = days === 0 ? 0 : held + days * estate.assumed('databaseChangedGb');
  const disk = { of: `${storage}${zones}`, region, price: `rds/storage/${storage}${suffix}` } as const;
  return [
    {
      ...{ id: 'database', kind: 'fixed', what: 'Database', of: `${type}${zones}`, count: 1, amount: hoursPerMonth },
      ...{ region, price: `rds/${engine}/${type}${suffix}` },
    },
    { id: 'database/storage', kind: 'fixed', what: 'Database storage', amount: allocated, ...disk },
    {
      ...{ id: 'database/grown', kind: 'usage', what: 'Database storage that it has grown by' },
      amount: Math.max(0, Math.ceil(held / fullAt) - allocated),
      ...disk,
    },
    {
      ...{
        id: 'database/backup',
        kind: 'usage',
        what: `Database backups of ${days} days, beyond the free ${allocated} GB`,
      },
      ...{ amount: Math.max(0, backup - allocated), region, price: 'rds/backup' },
    },
    ...monitoringOf(estate, instance),
  ];
}

function monitoringOf(estate: Estate, { properties, region }: Located): Finding[] {
  const findings: Finding[] = [];
  const interval = numberIn(properties.MonitoringInterval) ?? 0;
  if (interval > 0)
    findings.push({
      ...{ id: 'database/monitoring', kind: 'usage', what: 'Enhanced monitoring of the database' },
      amount: (estate.assumed('monitoringGb') * monitoringInterval) / interval,
      ...{ region, price: 'logs/ingestion' },
    });
  if (properties.EnablePerformanceInsights === true) {
    const days = numberIn(properties.PerformanceInsightsRetentionPeriod) ?? freeInsightsDays;
    findings.push(
      days <= freeInsightsDays
        ? { free: 'Performance Insights', why: `${freeInsightsDays} days of it cost nothing` }
        : {
            gap: `Performance Insights of ${days} days`,
            why: `only ${freeInsightsDays} days are free`,
            remedy: 'keep it 7 days, or price it in cost/pricing/database.ts',
          },
    );
  }
  if (numberIn(properties.Iops) !== undefined || numberIn(properties.StorageThroughput) !== undefined)
    findings.push({
      gap: 'Database storage: speed that is paid for',
      why: 'Iops or StorageThroughput is stated',
      remedy: 'leave them out, or price them in cost/pricing/database.ts',
    });
  return findings;
}
