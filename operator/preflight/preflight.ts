import { requireAccount } from '../aws-account';
import { explainAwsError } from '../aws-error';
import { type Answer, failed, passed, skipped } from './answer';
import { bootstrap, permissions, regions } from './checks/account';
import { backups, connections } from './checks/database';
import { domains } from './checks/domains';
import { image } from './checks/image';
import { deployments, stackStates } from './checks/in-flight';
import { quotas } from './checks/quotas';
import { secret } from './checks/secret';
import { drift, targets } from './checks/traffic';
import type { Site } from './site';

export interface PreflightCheck {
  readonly title: string;
  /** @throws what AWS says when it cannot be asked */
  readonly run: (site: Site) => Promise<Answer>;
}

export interface PreflightFinding extends Answer {
  readonly title: string;
}

/** In the order in which a deployment would stumble over them. */
export const checks: readonly PreflightCheck[] = [
  { title: 'Regions', run: regions },
  { title: 'Bootstrap', run: bootstrap },
  { title: 'Permissions', run: permissions },
  { title: 'Quotas', run: quotas },
  { title: 'Stacks', run: stackStates },
  { title: 'Domains and certificates', run: domains },
  { title: 'Secret', run: secret },
  { title: 'Image', run: image },
  { title: 'Deployments', run: deployments },
  { title: 'Live targets', run: targets },
  { title: 'Listener rules', run: drift },
  { title: 'Database connections', run: connections },
  { title: 'Backups', run: backups },
];

/** `listener-rules`: as the command line has a check. */
export const checkName = ({ title }: Pick<PreflightCheck, 'title'>): string => title.toLowerCase().replaceAll(' ', '-');

/** Runs all of them, at the same time; in another account than the environment's they would judge something else. */
export async function preflight(site: Site, every: readonly PreflightCheck[] = checks): Promise<PreflightFinding[]> {
  const account = await answerOf(site, async () =>
    passed(`${await requireAccount(site.target)}, ${site.config.region}`),
  );
  const others = every.map(
    async ({ title, run }): Promise<PreflightFinding> => ({
      title,
      ...(site.leaveOut.includes(checkName({ title }))
        ? skipped('left out by --skip')
        : account.state === 'passed'
          ? await answerOf(site, run)
          : skipped('the account is not known to be the right one')),
    }),
  );
  return [{ title: 'Account', ...account }, ...(await Promise.all(others))];
}

/** What could not be asked is not known to be well. */
async function answerOf(site: Site, run: PreflightCheck['run']): Promise<Answer> {
  try {
    return await run(site);
  } catch (error) {
    const explained = explainAwsError(error);
    if (explained === undefined && (error as Error).name !== 'Error') throw error;
    const [detail = '', ...remedy] = (explained ?? (error as Error).message).split('\n');
    return failed(`It could not be asked: ${detail}`, remedy.join('\n') || 'Mend that, and repeat the command.');
  }
}
