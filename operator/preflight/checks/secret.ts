import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretName } from '../../../lib/config/names';
import { findingsOf, quotedKey } from '../../secrets/findings';
import { readOtherSecrets } from '../../secrets/other-secrets';
import { isPassed } from '../../secrets/report';
import { NoSecret, readStoredSecret } from '../../secrets/stored-secret';
import { type Answer, failed, passed } from '../answer';
import type { Site } from '../site';

/** By the container's own judge, before a container refuses to start. */
export async function secret(site: Site): Promise<Answer> {
  const { name: environment } = site.config;
  const manager = site.client(SecretsManagerClient);
  try {
    const { name, document } = await readStoredSecret(manager, secretName(environment));
    const { others } = await readOtherSecrets(manager, site.target);
    const findings = findingsOf({ environment, document, others });
    if (isPassed(findings)) return passed(`${name}: ${Object.keys(document).length} keys`);
    const errors = findings.filter(({ severity }) => severity === 'error');
    return failed(
      errors.map(({ key, message }) => `${quotedKey(key)}: ${message}`).join('\n'),
      `npm run secrets -- generate ${environment}, then secrets -- set ${environment} KEY; secrets -- check ${environment} says what is left.`,
    );
  } catch (error) {
    if (!(error instanceof NoSecret)) throw error;
    return failed(`There is no secret ${secretName(environment)}.`, `npx cdk deploy '${environment}/secrets'`);
  }
}
