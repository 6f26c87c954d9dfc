import { hostsIn, isLocalHost, isPlaceholderHost } from './hosts-in-value';
import type { Variable } from './variable';

/** From documentation, templates and password fields that were copied masked. */
const placeholder = [
  /^(change|replace)[-_ ]?(me|this|it|with)([-_ ].*)?$/i,
  /^(changeme|change-me|replace-me)/i,
  /^(todo|tbd|fixme|placeholder|dummy|replace)([-_:].*)?$/i,
  /^(.+[-_])?placeholder([-_].+)?$/i,
  /^your[-_ ]/i,
  /^(<.*>|\$\{.*\}|\{\{.*\}\})$/s,
  /^x[x-]{2,}$/i,
  /^[*.•]{3,}$/,
];

/** Whole values only, with digits and signs behind them: a random text may well contain "test". */
const credential =
  /^(admin|administrator|password|passw0rd|postgres|root|secret|shubham|test|guest|growqr-admin)[\W\d_]*$/i;
/** Long enough that no random text contains them. */
const inSecrets = /change[-_ ]?me|supersecret|(default|example|sample|local-only)[-_ ]?(secret|password|key|jwt)/i;
const knownCredentials = ['growqr-admin-dev', 'dev-a2a-key'];
const counting = '1234567890'.repeat(7);

const isDefaultCredential = (text: string) =>
  credential.test(text) ||
  knownCredentials.includes(text.toLowerCase()) ||
  (text.length >= 4 && counting.startsWith(text));

/** `aaaa…`, `abcabcabc…`: eight characters at most, again and again. */
const isRepeated = (text: string) => /^(.{1,8}?)\1{2,}.{0,7}$/s.test(text.replace(/=+$/, ''));

/** Types that are free of these by their form. */
const closed: readonly Variable['type'][] = [
  'integer',
  'number',
  'boolean',
  'switch',
  'choice',
  'duration',
  'cron',
  'date',
];

/**
 * Why a well-formed value is still none for a deployed environment, or undefined.
 *
 * A URL's or a template's words are its own business: only the hosts in them are judged.
 */
export function suspicion(variable: Variable, text: string): string | undefined {
  if (closed.includes(variable.type)) return undefined;

  if (variable.secret && text === variable.localDefault) return 'is the default of a laptop; make a new one';
  const words = variable.type === 'list' ? text.split(',').map((word) => word.trim()) : [text];
  if (variable.type !== 'json' && words.some((word) => placeholder.some((pattern) => pattern.test(word))))
    return 'is a placeholder; state the real value';
  if (variable.secret && isRepeated(text)) return 'repeats itself; make a random one';
  if (variable.secret && inSecrets.test(text)) return 'is a placeholder; state the real value';
  // Not hosts: a database may well answer at `postgres`.
  if (['text', 'list'].includes(variable.type) && words.some(isDefaultCredential))
    return 'is a default credential; state one of your own';

  const hosts = hostsIn(variable.type, text);
  if (hosts.some(isPlaceholderHost)) return 'names a placeholder host; state the real one';
  if (hosts.some(isLocalHost)) return 'points to this machine; state the address in the deployed environment';
  return undefined;
}
