import type { Logger } from '../log';

/**
 * One after the other; one that fails does not keep the others from being done, and fails the whole in the end.
 *
 * @returns what each came to, by its name
 * @throws an Error with the names of those that failed; why is in the log
 */
export async function each<Part, Result>(
  parts: readonly (readonly [name: string, part: Part])[],
  log: Logger,
  work: (part: Part) => Promise<Result>,
): Promise<Record<string, Result>> {
  const results: Record<string, Result> = {};
  const failed: string[] = [];
  for (const [name, part] of parts)
    try {
      results[name] = await work(part);
    } catch (error) {
      failed.push(name);
      log.error({ part: name, reason: (error as Error).message }, 'a part of the job failed');
    }
  if (failed.length > 0) throw new Error(`${failed.length} of ${parts.length} failed: ${failed.join(', ')}`);
  return results;
}
