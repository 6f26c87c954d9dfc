import { ACMClient, type CertificateDetail, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { GetHostedZoneCommand, type GetHostedZoneCommandOutput, Route53Client } from '@aws-sdk/client-route-53';
import type { Domain } from '../../../lib/config/environment';
import { type Answer, failed, passed, together, warned } from '../answer';
import type { Site, StackId } from '../site';

/** ACM renews 60 days before the end; so many before, it has failed to. */
const renewedDays = 30;
const dayMs = 24 * 60 * 60 * 1000;

/** Who answers for each host name, and whether its certificate holds. */
export async function domains(site: Site): Promise<Answer> {
  const { apiDomains, assetsDomain } = site.config;
  const named = [
    ...apiDomains.map((domain) => nameOf(site, domain, 'service')),
    nameOf(site, assetsDomain, 'edge'),
    ...(['service', 'edge'] as const).map((stack) => issued(site, stack)),
  ];
  return together(await Promise.all(named));
}

async function nameOf(site: Site, domain: Domain, stack: StackId): Promise<Answer> {
  if ('certificateArn' in domain) return certificate(site, domain.certificateArn, domain.name);
  if ('hostedZone' in domain) return zone(site, domain.hostedZone.id, domain.hostedZone.name);
  const made = (await site.resourcesOf(stack)).filter(
    ({ ResourceType }) => ResourceType === 'AWS::Route53::HostedZone',
  );
  for (const { PhysicalResourceId: id } of made) {
    const found = id === undefined ? undefined : await zoneOf(site, id);
    if (found?.HostedZone?.Name === `${domain.name}.`) return delegation(site, found, domain.name);
  }
  return warned(
    `${domain.name}: its hosted zone is made by the deployment, which then waits until somebody delegates to it.`,
    'State the zone that exists in lib/config/accounts.ts, or be ready to delegate (docs/first-deployment.md).',
  );
}

async function zone(site: Site, id: string, name: string): Promise<Answer> {
  const found = await zoneOf(site, id);
  const remedy = 'Correct hostedZones in lib/config/accounts.ts: aws route53 list-hosted-zones has their ids.';
  if (found?.HostedZone === undefined) return failed(`${name}: there is no hosted zone ${id} in this account.`, remedy);
  if (found.HostedZone.Name !== `${name}.`)
    return failed(`${name}: the zone ${id} is that of ${found.HostedZone.Name}`, remedy);
  if (found.HostedZone.Config?.PrivateZone)
    return failed(`${name}: the zone ${id} is private, and no certificate is validated by it.`, remedy);
  return delegation(site, found, name);
}

async function zoneOf(site: Site, id: string): Promise<GetHostedZoneCommandOutput | undefined> {
  try {
    return await site.client(Route53Client).send(new GetHostedZoneCommand({ Id: id }));
  } catch (error) {
    if ((error as Error).name === 'NoSuchHostedZone') return undefined;
    throw error;
  }
}

/** What the world's DNS says, beside what Route 53 says. */
async function delegation(site: Site, { DelegationSet }: GetHostedZoneCommandOutput, name: string): Promise<Answer> {
  const plain = (names: readonly string[]) => names.map((each) => each.toLowerCase().replace(/\.$/, '')).sort();
  const wanted = plain(DelegationSet?.NameServers ?? []);
  const remedy = `Delegate ${name} to ${wanted.join(', ')}, where its parent domain is managed.`;
  let found: readonly string[];
  try {
    found = plain(await site.nameServers(name));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND' || code === 'ENODATA') return failed(`${name}: nobody delegates it.`, remedy);
    return warned(`${name}: its name servers could not be looked up from here (${code}).`, `dig NS ${name}`);
  }
  return found.some((each) => wanted.includes(each))
    ? passed(`${name}: delegated`)
    : failed(`${name}: it is delegated to ${found.join(', ')}, which are not those of its hosted zone.`, remedy);
}

/** What the stack has had issued. */
async function issued(site: Site, stack: StackId): Promise<Answer> {
  const arns = (await site.resourcesOf(stack)).flatMap(({ ResourceType: type, PhysicalResourceId: arn }) =>
    type === 'AWS::CertificateManager::Certificate' && arn !== undefined ? [arn] : [],
  );
  return together(await Promise.all(arns.map((arn) => certificate(site, arn))));
}

async function certificate(site: Site, arn: string, name?: string): Promise<Answer> {
  const found = await certificateOf(site, arn);
  if (found === undefined)
    return failed(`There is no certificate ${arn}.`, 'Correct certificateArn in lib/config/environments.ts.');
  const { Status: status, NotAfter: end, DomainName = '', SubjectAlternativeNames: names = [] } = found;
  if (status !== 'ISSUED')
    return failed(
      `The certificate of ${DomainName} is ${status}.`,
      `Its validation records are missing or wrong: aws acm describe-certificate --certificate-arn ${arn}`,
    );
  if (name !== undefined && ![DomainName, ...names].some((each) => covers(each, name)))
    return failed(`The certificate ${arn} is for ${DomainName} and not for ${name}.`, 'Name one that covers it.');
  const days = end === undefined ? undefined : Math.floor((end.getTime() - site.now().getTime()) / dayMs);
  if (days === undefined || days > renewedDays) return passed(`certificate of ${DomainName}: issued`);
  const text = `The certificate of ${DomainName} ${days < 0 ? 'has ended' : `ends in ${days} days`}, and was not renewed.`;
  const remedy = `Look why: aws acm describe-certificate --certificate-arn ${arn} (RenewalSummary).`;
  return days < 0 ? failed(text, remedy) : warned(text, remedy);
}

async function certificateOf(site: Site, arn: string): Promise<CertificateDetail | undefined> {
  try {
    const { Certificate } = await site
      .client(ACMClient, arn.split(':')[3])
      .send(new DescribeCertificateCommand({ CertificateArn: arn }));
    return Certificate;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** A wildcard stands for one label. */
const covers = (pattern: string, name: string): boolean =>
  pattern === name || (pattern.startsWith('*.') && name.slice(name.indexOf('.')) === pattern.slice(1));
