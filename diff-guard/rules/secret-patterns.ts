import { isObject } from '../compare/json-value';

/** Strings that are secrets by their shape, whatever they are called. */
const wellKnown: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an AWS access key', /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY/],
  ['a GitHub token', /\b(gh[pousr]_\w{20,}|github_pat_\w{20,})/],
  ['a Slack token', /\bxox[abprs]-[\w-]{10,}/],
  ['a Stripe or Razorpay key', /\b([sr]k_(live|test)_\w{10,}|rzp_(live|test)_\w{10,})/],
  ['an OpenAI or Anthropic key', /\bsk-[\w-]{20,}/],
  ['a Google key', /\bAIza[\w-]{30,}/],
  ['a JSON web token', /\beyJ[\w-]{10,}\.[\w-]{10,}\./],
  [
    'an assignment to a secret’s name',
    /\b\w*(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY)=[^\s$"'{}]{6,}/i,
  ],
  ['a URL with a password', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/i],
];

/** Names under which only a secret stands: properties of resources, and variables of containers and functions. */
const secretName =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|PEPPER|PRIVATE_KEY|API_KEY|ACCESS_KEY|ENCRYPTION_KEY|SIGNING_KEY|CREDENTIALS?)$|(^|_)(SECRET|TOKEN)(_KEY)?$/;
const secretProperty =
  /^(MasterUserPassword|AuthToken|SecretString|Password|ClientSecret|PrivateKey|OAuthToken|AccessToken|SecretAccessKey)$/;

/** Whether a part of it is only known when it is deployed: a function of texts alone is a text. */
function isResolvedLater(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isResolvedLater);
  if (!isObject(value)) return typeof value === 'string' && /\{\{resolve:/.test(value);
  return Object.entries(value).some(([key, inner]) => {
    if (['Ref', 'Fn::GetAtt', 'Fn::ImportValue', 'Fn::GetStackOutput', 'Parameter'].includes(key)) return true;
    if (key === 'Fn::Sub') return /\$\{[^!]/.test(JSON.stringify(inner));
    return isResolvedLater(inner);
  });
}

/** What is given where the value itself would be wrong: a reference that is resolved when it is deployed. */
export const isReference = (value: unknown): boolean =>
  isObject(value)
    ? isResolvedLater(value)
    : /^\s*(\{\{resolve:.*\}\}|arn:[\w-]+:(secretsmanager|ssm):.*)\s*$/.test(String(value));

/** Bits for each character: words stay below 4, 30 random letters and digits are above. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return -[...counts.values()].reduce((sum, n) => sum + (n / text.length) * Math.log2(n / text.length), 0);
}

const assetHash = /^[0-9a-f]{64}$/;

function looksRandom(token: string): boolean {
  if (token.length < 24 || assetHash.test(token) || !/[0-9]/.test(token) || !/[a-z]/i.test(token)) return false;
  return /^[0-9a-f]+$/i.test(token) || entropy(token) > 4.2;
}

/** Where CloudFormation takes logical ids and names of exports, which end in a hash; and names that the CDK hashes. */
const hashed =
  /(^|\.)(Ref|Fn::GetAtt|Fn::ImportValue|Export|Metadata|DependsOn|Family|BackupVaultName|TargetOriginId|Id|Name|ReportArn|S3Key)(\.|$)/;

export interface Suspicion {
  /** Where it stands; the value itself is never said. */
  readonly path: string;
  readonly what: string;
}

/** Places in a value that hold what looks like a secret. */
export function suspicionsIn(value: unknown, path = ''): Suspicion[] {
  if (typeof value === 'string') return suspicionsAbout(value, path);
  if (Array.isArray(value)) return value.flatMap((item, index) => suspicionsIn(item, `${path}.${index}`));
  if (!isObject(value)) return [];
  const variable = typeof value.Name === 'string' && isText(value.Value) ? value.Name : undefined;
  if (variable !== undefined && isSecretName(variable) && !isReference(value.Value))
    return [{ path: `${path}.${variable}`, what: 'a value under a secret’s name' }];
  return Object.entries(value).flatMap(([key, inner]) => {
    const inside = path === '' ? key : `${path}.${key}`;
    if (isSecretName(key) && isText(inner) && inner !== '' && inner !== '{}' && !isReference(inner))
      return [{ path: inside, what: 'a value under a secret’s name' }];
    return suspicionsIn(inner, inside);
  });
}

function suspicionsAbout(text: string, path: string): Suspicion[] {
  const known = wellKnown.find(([, pattern]) => pattern.test(text));
  if (known) return [{ path, what: known[0] }];
  if (hashed.test(path)) return [];
  return text.split(/[^A-Za-z0-9+_]+/).some(looksRandom) ? [{ path, what: 'something that looks random' }] : [];
}

/** A text, or a function that makes one. */
const isText = (value: unknown): boolean =>
  typeof value === 'string' ||
  (isObject(value) && Object.keys(value).some((key) => /^Fn::(Join|Sub|Base64)$/.test(key)));

/** `JWT_SECRET` and `jwtSecret` are the same name. */
export const isSecretName = (name: string): boolean =>
  secretProperty.test(name) || secretName.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase());

/** A text for a report, in which what is a secret by its shape is masked. */
export const withoutSecrets = (text: string): string =>
  wellKnown.reduce(
    (rest, [what, pattern]) => rest.replace(new RegExp(pattern, `${pattern.flags}g`), `(masked: ${what})`),
    text,
  );
