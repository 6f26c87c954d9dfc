import { environments } from '../lib/config/environments';
import { timings } from '../lib/config/timings';
import { type Load, type LoadProps, startLoad } from './load/load';
import { populate } from './load/population';
import { jobLimitSeconds } from './report/job-failures';
import type { Site } from './site';
import type { TearDown } from './tear-down';

export interface UsersProps extends Pick<LoadProps, 'onOutcomes' | 'onCounts'> {
  /** Requests a second; the highest where this machine decides. */
  readonly rate: number;
  readonly mayBeLess: boolean;
  /** Waits of AWS are so many times shorter. */
  readonly speed: number;
  /** Gives up. */
  readonly signal: AbortSignal;
}

const meetings = 6;
const terminals = 4;

/** Makes the accounts of a site's users, and the process that does what they do. */
export async function putUsersOn(site: Site, props: UsersProps, tearDown: TearDown): Promise<Load> {
  const { deployment, loadBalancer, certificates, hosts, database, secrets, awsPort } = site;
  const { rate, mayBeLess, speed, signal, onOutcomes, onCounts } = props;
  const { JWT_SECRET = '', ADMIN_EMAIL = '', ADMIN_PASSWORD = '' } = await secrets.application();
  const population = await populate({
    ask: (sql, parameters) => database.ask(sql, parameters),
    port: loadBalancer.httpsPort,
    ca: certificates.caPem,
    host: hosts[0] ?? '',
    jwtSecret: JWT_SECRET,
    operator: { email: ADMIN_EMAIL, password: ADMIN_PASSWORD },
    ...{ rate, meetings, terminals },
  });
  const description = {
    port: loadBalancer.httpsPort,
    caFile: certificates.caFile,
    hosts,
    origins: environments[deployment.environment].origins,
    ...{ rate, mayBeLess },
    slowSeconds: timings.slowestRequest / speed,
    idleSeconds: deployment.loadBalancer.idleTimeout,
    awsPort,
    population,
    mailsWithinSeconds: jobLimitSeconds,
  };
  const load = await tearDown.start(
    () => startLoad({ ...description, onOutcomes, onCounts }, signal),
    (started) => started.stop(),
  );
  site.onMail = (job) => load.delivered(job);
  return load;
}
