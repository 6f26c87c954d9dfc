import { randomBytes } from 'node:crypto';
import { contract } from '../../app-image/src/config/contract';
import { parseValue } from '../../app-image/src/config/parse';
import type { Variable } from '../../app-image/src/config/variable';
import type { Variables } from './contract';

export interface SecretsProps {
  /** Of the environment: one that begins an integration asks the secret for the rest of it. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** What nobody can make up, such as ADMIN_EMAIL, and what somebody else issued. */
  readonly known: Readonly<Record<string, string>>;
}

const length = 64;
const textOf = (alphabet: string): string =>
  // Each alphabet's length divides 256, so that every character is as likely as the others.
  Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');

/** From the plainest on: no character needs quoting in JSON, a shell or a URL. */
const candidates: readonly (() => string)[] = [
  () => textOf('0123456789abcdef'),
  // As one-time codes want it.
  () => textOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'),
];

/** @returns a random value that the container takes for this variable, at least 256 bits strong. */
export function generateSecret(name: string, variable: Variable): string {
  if (variable.type === 'aes-256-key') return randomBytes(32).toString('base64');
  if (!variable.secret || variable.type !== 'text')
    throw new Error(`${name}: cannot be made up, only secret texts and keys can; state it.`);
  const value = candidates.map((make) => make()).find((text) => !('problem' in parseValue(variable, text)));
  if (value !== undefined) return value;
  throw new Error(`${name}: no random text of ${length} characters fits its length or pattern; state it.`);
}

/** Keys that the container does not start without in an environment with these settings. */
export function neededSecrets(settings: SecretsProps['settings'], variables: Variables = contract): string[] {
  const begun = Object.keys(settings).flatMap((name) => {
    const { required, feature } = variables[name] ?? {};
    return required === 'feature' && settings[name] ? [feature] : [];
  });
  return Object.entries(variables).flatMap(([name, { source, required, feature, deprecated }]) =>
    source === 'secret' &&
    !deprecated &&
    (required === 'deployed' || required === 'always' || (required === 'feature' && begun.includes(feature)))
      ? [name]
      : [],
  );
}

/** A secret that the container starts with: what is known, and for what else is needed a new random value. */
export function generatedSecrets({ settings, known }: SecretsProps, variables: Variables = contract) {
  const generated = neededSecrets(settings, variables).flatMap((name): [string, string][] => {
    const variable = variables[name];
    return variable === undefined || name in known ? [] : [[name, generateSecret(name, variable)]];
  });
  return { ...known, ...Object.fromEntries(generated) };
}
