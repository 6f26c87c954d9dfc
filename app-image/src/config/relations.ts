/** What must hold between values that are each well formed. Not between defaults alone: a test of the contract does that. */

type Values = Readonly<Record<string, unknown>>;

/** Each row reads: the sum on the left stays below the one on the right. */
const orders: readonly { readonly lower: readonly string[]; readonly upper: string; readonly because: string }[] = [
  {
    lower: ['SHUTDOWN_DRAIN_SECONDS'],
    upper: 'SHUTDOWN_DEADLINE_SECONDS',
    because: 'the deadline would cut the drain',
  },
  {
    lower: ['KEEP_ALIVE_TIMEOUT_SECONDS'],
    upper: 'HEADERS_TIMEOUT_SECONDS',
    because: 'a kept-alive connection would be dropped while its next request arrives',
  },
  {
    lower: ['SOCKET_PING_INTERVAL_SECONDS', 'SOCKET_PING_TIMEOUT_SECONDS'],
    upper: 'KEEP_ALIVE_TIMEOUT_SECONDS',
    because: 'a quiet connection would be closed between two pings',
  },
];

/** What a choice cannot do without, once the integration that it belongs to has its `when`. */
const choices: readonly {
  readonly choice: string;
  readonly value: string;
  readonly when?: string;
  readonly needs: readonly string[];
}[] = [
  { choice: 'OTEL_EXPORTER', value: 'honeycomb', needs: ['HONEYCOMB_API_KEY'] },
  { choice: 'OTEL_EXPORTER', value: 'otlp', needs: ['OTEL_EXPORTER_OTLP_ENDPOINT'] },
  { choice: 'OTEL_EXPORTER', value: 'jaeger', needs: ['JAEGER_ENDPOINT'] },
  {
    choice: 'WHATSAPP_PROVIDER',
    value: 'meta_cloud',
    when: 'WHATSAPP_ACCESS_TOKEN',
    needs: [
      'WHATSAPP_PHONE_NUMBER_ID',
      'WHATSAPP_BUSINESS_ACCOUNT_ID',
      'WHATSAPP_WEBHOOK_VERIFY_TOKEN',
      'WHATSAPP_APP_SECRET',
    ],
  },
];

function orderProblems(values: Values): [string, string][] {
  return orders.flatMap(({ lower, upper, because }): [string, string][] => {
    const numbers = [...lower, upper].map((name) => values[name]);
    // A value that is bad by itself is missing here: its neighbours must not be accused.
    if (!numbers.every((number) => typeof number === 'number')) return [];
    const limit = numbers.pop() ?? 0;
    if (numbers.reduce((sum, number) => sum + number, 0) < limit) return [];
    const [first = '', ...others] = lower;
    const sum = others.length > 0 ? `plus ${others.join(', ')} ` : '';
    return [[first, `${sum}must stay below ${upper}, or ${because}; lower the first or raise the second`]];
  });
}

function choiceProblems(values: Values, present: ReadonlySet<string>): [string, string][] {
  return choices.flatMap(({ choice, value, when, needs }): [string, string][] => {
    if (values[choice] !== value || (when !== undefined && !present.has(when))) return [];
    return needs
      .filter((name) => !present.has(name))
      .map((name) => [name, `missing, but ${choice} asks for it; set it or choose another one there`]);
  });
}

/**
 * @param values well-formed ones, parsed
 * @param present names of all that have a value, well formed or not
 */
export function relationProblems(values: Values, present: ReadonlySet<string>): [string, string][] {
  return [...orderProblems(values), ...choiceProblems(values, present)];
}

/** What works, and most likely is not meant. */
export function relationWarnings({ ADMIN_EMAIL: first, ADMIN_USER_IDS: listed }: Values): string[] {
  if (typeof first !== 'string' || !Array.isArray(listed)) return [];
  const names = listed.map((entry) => String(entry).toLowerCase());
  // An id may well be the first administrator's.
  if (names.includes(first.toLowerCase()) || !names.every((name) => name.includes('@'))) return [];
  return ['ADMIN_USER_IDS: does not name ADMIN_EMAIL, so the first administrator may not use the admin operations'];
}
