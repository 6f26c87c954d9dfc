import type { Properties } from '../../diff-guard/assembly/guarded-stack';
import { purposeOf } from '../assumptions';
import { type Estate, type Located, listIn, numberIn, unreadable, within } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

const daysPerMonth = 30;

/** What is held for a number of days: the first copy, and what changed each day since. */
interface Held {
  readonly id: string;
  readonly what: string;
  readonly price: string;
  readonly firstGb: number;
  readonly dailyGb: number;
}

/** What a plan keeps of what it selects, in its vault and in those it copies to. */
export const backups: Pricing = {
  types: ['AWS::Backup::BackupPlan', 'AWS::Backup::BackupSelection'],
  findings: (estate) =>
    estate.of('AWS::Backup::BackupSelection').flatMap((selection) => {
      const plan = estate.referred(selection, selection.properties.BackupPlanId);
      const rules = listIn(within(plan?.properties, 'BackupPlan', 'BackupPlanRule'));
      const resources = listIn(within(selection.properties, 'BackupSelection', 'Resources'));
      if (rules.length === 0) return [unreadable(selection, 'its plan')];
      if (resources.length === 0) return [unreadable(selection, 'Resources, which tags choose,')];
      return resources.flatMap((arn) => {
        const held = heldOf(estate, JSON.stringify(arn));
        return 'gap' in held ? [held] : rules.flatMap((rule) => keptBy(rule, held, selection));
      });
    }),
};

function heldOf(estate: Estate, arn: string): Held | Extract<Finding, { gap: string }> {
  if (arn.includes(':rds:'))
    return {
      ...{ id: 'backup/database', what: 'of the database', price: 'backup/rds' },
      ...{ firstGb: estate.assumed('databaseGb'), dailyGb: estate.assumed('databaseChangedGb') },
    };
  const purpose = arn.includes(':s3:') ? purposeOf(arn) : undefined;
  if (purpose === undefined)
    return {
      gap: `Backup of ${arn}`,
      why: 'nobody has said how much it holds',
      remedy: 'price it in cost/pricing/backups.ts',
    };
  const gb = estate.assumed(`stored/${purpose}`);
  return {
    ...{ id: `backup/${purpose}`, what: `of the bucket ${purpose}`, price: 'backup/s3' },
    ...{ firstGb: gb, dailyGb: (gb * estate.assumed('growth')) / 100 / daysPerMonth },
  };
}

function keptBy(rule: Properties, held: Held, selection: Located): Finding[] {
  const stored = (lifecycle: unknown, region: string, copy: boolean): Finding => {
    const days = numberIn(within(lifecycle, 'DeleteAfterDays')) ?? 365;
    return {
      ...{ id: `${held.id}${copy ? '/copy' : ''}`, kind: 'usage' },
      what: `${copy ? 'Backup copies' : 'Backups'} ${held.what}, ${days} days`,
      ...{ amount: held.firstGb + days * held.dailyGb, region, price: held.price },
    };
  };
  return [
    stored(rule.Lifecycle, selection.region, false),
    ...listIn(rule.CopyActions).flatMap(({ DestinationBackupVaultArn, Lifecycle }) => {
      const [, region] = /arn:[^:"]*:backup:([a-z0-9-]+):/.exec(JSON.stringify(DestinationBackupVaultArn)) ?? [];
      if (region === undefined) return [unreadable(selection, 'the region of the vault that its plan copies to')];
      return [
        stored(Lifecycle, region, true),
        {
          ...({ id: `${held.id}/transfer`, kind: 'usage', what: `Copying backups ${held.what}` } as const),
          ...{ amount: held.dailyGb * daysPerMonth, region: selection.region, price: 'transfer/region' },
        },
      ];
    }),
  ];
}
