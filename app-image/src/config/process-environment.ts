import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { contract } from './contract';
import { isDeployed } from './deployed';
import type { Examination } from './examine';
import { accept, examineEnvironment, type LoadedEnvironment } from './load';
import { readSecretDocument } from './secret-document';
import { unlessBlank } from './stated-values';

type Target = Record<string, string | undefined>;

/** What is set already wins. */
function spread(texts: Iterable<[string, string | undefined]>, target: Target): void {
  for (const [name, text] of texts) if (unlessBlank(target[name]) === undefined && text) target[name] = text;
}

/** A laptop's `.env`, from the folder that the command was started in; never where deployed. */
function readLocalFile(target: Target, folder: string): void {
  const file = join(folder, '.env');
  if (!isDeployed(target) && existsSync(file)) spread(Object.entries(parseEnv(readFileSync(file, 'utf8'))), target);
}

/** The environment of this process with all that is wrong with it. */
export function examineProcessEnvironment(target: Target = process.env, folder = process.cwd()): Examination {
  readLocalFile(target, folder);
  return examineEnvironment(target);
}

/**
 * The environment of this process, read once, first of all.
 *
 * The secret's keys become variables of the process: the kill switches are read live from there, and Node (`TZ`)
 * and the AWS SDK look nowhere else.
 */
export function readProcessEnvironment(target: Target = process.env, folder = process.cwd()): LoadedEnvironment {
  const loaded = accept(examineProcessEnvironment(target, folder));
  spread(readSecretDocument(target.SECRETS_JSON, contract).texts, target);
  return loaded;
}
