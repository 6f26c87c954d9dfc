import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { EnvironmentName } from '../../lib/config/environment';
import { secretName } from '../../lib/config/names';
import { UsageError } from '../../scripts/command-line';
import { type AwsTarget, environmentOf } from '../aws-account';
import { describeCall, makeCalls } from '../calls';
import { consents } from '../consent';
import { redeployment } from '../redeployment';
import { assess, copied, generated, merged, without } from './changes';
import { diffDocuments, isEmptyDiff, parseDocument, type SecretDocument } from './document';
import { findingsOf, quotedKey } from './findings';
import { readOtherSecrets } from './other-secrets';
import { replacingCalls } from './replacement';
import { type CheckJson, checkText, diffText, isPassed, remainingText } from './report';
import { readStoredSecret, type StoredSecret } from './stored-secret';
import { readValue } from './value-input';

/** As the command line has them; see the help of scripts/secrets.ts. */
export interface SecretsOptions {
  readonly file?: string;
  readonly with?: string;
  readonly replace: boolean;
  readonly 'i-will-reencrypt': boolean;
  readonly redeploy: boolean;
  readonly 'dry-run': boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

export interface Session {
  readonly target: AwsTarget;
  readonly manager: SecretsManagerClient;
  /** Resolves when it is sure that this is the environment's account; asks once. */
  readonly rightAccount: () => Promise<unknown>;
  readonly options: SecretsOptions;
}

async function stored({ manager, rightAccount }: Session, environment: EnvironmentName): Promise<StoredSecret> {
  await rightAccount();
  return readStoredSecret(manager, secretName(environment));
}

async function fileDocument(file: string): Promise<SecretDocument> {
  return parseDocument(await readValue('The secret', file), file === '-' ? 'Standard input' : file);
}

/** To be compared with; one that may not be read is said. */
async function otherSecrets({ manager, target }: Session) {
  const { others, unread } = await readOtherSecrets(manager, target);
  for (const { environment, reason } of unread) console.error(`Not compared with ${environment}: ${reason}`);
  return others;
}

async function check(session: Session, environment: EnvironmentName): Promise<number> {
  const { file, json } = session.options;
  const document = file === undefined ? (await stored(session, environment)).document : await fileDocument(file);
  const others = file === undefined ? await otherSecrets(session) : {};
  const checked = file ?? secretName(environment);
  const findings = findingsOf({ environment, document, others });
  const keys = Object.keys(document).length;
  const passed = isPassed(findings);
  if (json) {
    const named = findings.map((finding) => ({ ...finding, key: quotedKey(finding.key) }));
    const answer: CheckJson = { version: 1, environment, checked, passed, keys, findings: named };
    console.log(JSON.stringify(answer, null, 2));
  } else console.log(checkText(checked, keys, findings));
  return passed ? 0 : 1;
}

async function diff(session: Session, environment: EnvironmentName): Promise<number> {
  const { file, with: other } = session.options;
  if ((file === undefined) === (other === undefined)) throw new UsageError('diff: state either --file or --with.');
  const before = (await stored(session, environment)).document;
  const after = file === undefined ? (await stored(session, environmentOf(other))).document : await fileDocument(file);
  const changes = diffDocuments(before, after);
  const what = `${secretName(environment)} → ${file ?? secretName(environmentOf(other))}`;
  console.log(isEmptyDiff(changes) ? `${what}: no difference.` : `${what}\n${diffText(changes)}`);
  return 0;
}

/** Shows what is to be, asks, and does it. */
async function change(session: Session, before: StoredSecret, after: SecretDocument): Promise<number> {
  const { target, manager, options } = session;
  const { environment } = target;
  const assessment = assess(
    { environment, before: before.document, after },
    { willReencrypt: options['i-will-reencrypt'] },
  );
  if (assessment.objections.length > 0) {
    console.error(
      `Refused, and nothing was changed:\n${assessment.objections.map((each) => `  ✗ ${each}`).join('\n')}`,
    );
    return 1;
  }
  const isSame = isEmptyDiff(assessment.diff);
  console.error(isSame ? `${before.name}: nothing to change.` : `${before.name}\n${diffText(assessment.diff)}`);
  for (const consequence of assessment.consequences) console.error(`  ! ${consequence}`);
  const redeployed = options.redeploy ? await redeployment(target) : undefined;
  try {
    const calls = [...(isSame ? [] : replacingCalls(manager, before, after)), ...(redeployed?.calls ?? [])];
    if (options['dry-run']) {
      for (const call of calls) console.log(describeCall(call));
      return 0;
    }
    if (calls.length > 0 && !options.yes && !(await consents(environment))) {
      console.error('Nothing was changed.');
      return 1;
    }
    await makeCalls(calls, (line) => console.error(line));
  } finally {
    redeployed?.close();
  }
  console.error(remainingText(assessment));
  if (!isSame && !options.redeploy)
    console.error(
      `Running tasks of web and worker have the old values until they start anew: repeat this with --redeploy, or deploy.`,
    );
  return 0;
}

const noKeys = (keys: readonly string[]): void => {
  if (keys.length > 0) throw new UsageError(`"${keys.join(' ')}": unexpected; see the examples.`);
};

/** @returns the exit code */
type Verb = (session: Session, rest: readonly string[]) => Promise<number>;

/** Of one environment. */
export const verbs: Readonly<Record<string, Verb>> = {
  async check(session, rest) {
    noKeys(rest);
    return check(session, session.target.environment);
  },
  async diff(session, rest) {
    noKeys(rest);
    return diff(session, session.target.environment);
  },
  async generate(session, keys) {
    const { environment } = session.target;
    const before = await stored(session, environment);
    const { after, kept, toBeStated } = generated(environment, before.document, keys);
    for (const key of kept) console.error(`${key}: is there, and stays as it is.`);
    for (const key of toBeStated)
      console.error(`${key}: nobody can make it up; state it: secrets set ${environment} ${key}`);
    return change(session, before, after);
  },
  async set(session, [key, ...more]) {
    if (key === undefined) throw new UsageError('set: state the key.');
    // `KEY=value` is one as well, and must not be repeated.
    if (more.length > 0 || quotedKey(key) !== key)
      throw new UsageError(
        'set: a key and nothing else. A value on the command line stays in the history of the shell: pass it in a file (--file), on standard input, or type it when you are asked.',
      );
    const before = await stored(session, session.target.environment);
    const value = await readValue(key, session.options.file);
    if (value.trim() === '') throw new UsageError(`set: the value of ${key} is empty; "unset" removes a key.`);
    return change(session, before, merged(before.document, { [key]: value }));
  },
  async unset(session, keys) {
    if (keys.length === 0) throw new UsageError('unset: state the keys.');
    const before = await stored(session, session.target.environment);
    const absent = keys.filter((key) => !Object.hasOwn(before.document, key));
    if (absent.length > 0) throw new UsageError(`unset: ${absent.join(', ')}: not in ${before.name}.`);
    return change(session, before, without(before.document, keys));
  },
  async push(session, rest) {
    noKeys(rest);
    const { file, replace } = session.options;
    if (file === undefined) throw new UsageError('push: state --file; - is standard input.');
    const given = await fileDocument(file);
    const before = await stored(session, session.target.environment);
    return change(session, before, merged(replace ? {} : before.document, given));
  },
};

/** The one verb with two environments: the first is only read. */
export async function copy(session: Session, from: EnvironmentName, keys: readonly string[]): Promise<number> {
  const { environment } = session.target;
  if (from === environment) throw new UsageError(`copy: ${from} is both; state two environments.`);
  const [source, before] = [await stored(session, from), await stored(session, environment)];
  return change(session, before, copied(source.document, before.document, keys));
}
