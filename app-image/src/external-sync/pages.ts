import { setTimeout as sleep } from 'node:timers/promises';
import { type ZodType, z } from 'zod';
import type { Environment } from '../config/contract';
import { below, CallFailed, callForJson } from '../outgoing/call';
import { longestWaitMs, pageTimeoutMs, pageTries } from './timings';

/** Where to ask for records, and what they look like. */
export interface PagedApi<Item> {
  readonly company: string;
  /** Without a base it is off; without a key none is sent. */
  readonly account: (environment: Environment) => {
    readonly base: string | undefined;
    readonly key: string | undefined;
  };
  /** The variable of its base. */
  readonly addressedBy: string;
  readonly path: string;
  /** The parameter that narrows it to some ids, which are separated by commas. @default - it has none */
  readonly onlyIdsAs?: string;
  readonly record: ZodType<Item>;
  /** Two records with the same key are one. */
  readonly keyOf: (item: Item) => string;
}

export interface Page<Item> {
  /** In the order of their keys, so that two runs that store the same ones do not wait for each other in a circle. */
  readonly items: readonly Item[];
  /** What is wrong with each record that was left out; never a value. */
  readonly refused: readonly string[];
}

/** One page, and where the next one is: `next` is sent back as `cursor`; null after the last one. */
const answer = z.object({ items: z.array(z.unknown()), next: z.string().min(1).max(2_000).nullable() });

/** A million records; an answer that never ends has to end somewhere. */
const mostPages = 10_000;

/** Page after page. @throws CallFailed */
export async function* pagesOf<Item>(
  api: PagedApi<Item>,
  environment: Environment,
  query: Readonly<Record<string, string | undefined>>,
): AsyncGenerator<Page<Item>> {
  const { company, path } = api;
  const { base, key } = api.account(environment);
  if (base === undefined) throw new CallFailed(`${company} is not configured: set ${api.addressedBy}`, false);
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const given = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const url = below(base, path, { ...query, cursor });
    const { items, next } = await patiently(() =>
      callForJson({ to: company, url, headers, timeoutMs: pageTimeoutMs }, answer),
    );
    yield sorted(api, items);
    if (next === null) return;
    if (given.has(next)) throw new CallFailed(`${company} gives the same page again and again`, false);
    given.add(next);
    cursor = next;
  }
  throw new CallFailed(`${company} has more than ${mostPages} pages`, false);
}

/** Waits as long as the other side asks for: a job that begins anew would ask for all the pages before, too. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1)
    try {
      return await ask();
    } catch (error) {
      const waitMs = error instanceof CallFailed ? error.retryAfterMs : undefined;
      if (waitMs === undefined || waitMs > longestWaitMs || tries === pageTries) throw error;
      await sleep(waitMs);
    }
}

/** One bad record does not keep the good ones away; a page of nothing else is a change on the other side. */
function sorted<Item>({ company, record, keyOf }: PagedApi<Item>, given: readonly unknown[]): Page<Item> {
  const items = new Map<string, Item>();
  const refused: string[] = [];
  for (const item of given) {
    const { success, data, error } = record.safeParse(item);
    if (success) items.set(keyOf(data), data);
    else refused.push(error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; '));
  }
  if (items.size === 0 && refused.length > 0)
    throw new CallFailed(`No record of a page of ${company} is as it has to be: ${refused[0]}`, false);
  const inOrder = Array.from(items).sort(([one], [other]) => (one < other ? -1 : 1));
  return { items: inOrder.map(([, item]) => item), refused };
}
