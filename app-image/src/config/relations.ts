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

/** What an exporter cannot do without. */
const exporterNeeds: Readonly<Record<string, string>> = {
  honeycomb: 'HONEYCOMB_API_KEY',
  otlp: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  jaeger: 'JAEGER_ENDPOINT',
};

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

function exporterProblems(values: Values, present: ReadonlySet<string>): [string, string][] {
  const needed = exporterNeeds[String(values.OTEL_EXPORTER)];
  if (needed === undefined || present.has(needed)) return [];
  return [[needed, 'missing, but OTEL_EXPORTER asks for it; set it or choose another exporter']];
}

/**
 * @param values well-formed ones, parsed
 * @param present names of all that have a value, well formed or not
 */
export function relationProblems(values: Values, present: ReadonlySet<string>): [string, string][] {
  return [...orderProblems(values), ...exporterProblems(values, present)];
}
