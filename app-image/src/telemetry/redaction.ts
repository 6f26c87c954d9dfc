import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { redacted, withoutSecrets } from '../redaction';

/**
 * The parts of an SQL statement in which an apostrophe means something else, and numbers. Each may be cut short, since
 * a long statement is.
 */
const sqlPart = new RegExp(
  [
    /"(?:[^"]|"")*(?:"|$)/, // a name
    /--.*/,
    /\/\*[\s\S]*?(?:\*\/|$)/,
    /(?<!\w)e'(?:[^'\\]|\\[\s\S]|'')*(?:'|\\?$)/, // a string with backslashes
    /'(?:[^']|'')*(?:'|$)/,
    /(?<![\w$])(\$\w*\$)[\s\S]*?(?:\1|$)/, // a string between dollar signs
    /(?<![\w$])\d+(?:\.\d+)?/, // but not the number of a parameter, `$1`
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

/** What a statement does, without the values that were written into its text. */
export const withoutLiterals = (sql: string): string =>
  sql.replace(sqlPart, (part) => (part.startsWith('"') ? part : '?'));

/** The names of a query string alone: a list of the names that carry secrets would always lack one. */
export const withoutValues = (query: string): string => query.replace(/=[^&#]*/g, `=${redacted}`);

function withoutQueryValues(url: string): string {
  const [address = '', ...query] = url.split('?');
  return query.length === 0 ? url : `${address}?${withoutValues(query.join('?'))}`;
}

const cleaners: Readonly<Record<string, (text: string) => string>> = {
  'url.query': withoutValues,
  'url.full': withoutQueryValues,
  'db.query.text': withoutLiterals,
};

/** Turns a span into one that may leave: no query values, no SQL literals, and none of these secrets anywhere. */
export function redactionOf(secrets: readonly string[]): (span: ReadableSpan) => ReadableSpan {
  const clean = withoutSecrets(secrets);

  function cleanAttributes(attributes: Attributes = {}): Attributes {
    const pairs = Object.entries(attributes).map(([name, value]) => {
      if (typeof value === 'string') return [name, clean(cleaners[name]?.(value) ?? value)];
      if (Array.isArray(value)) return [name, value.map((item) => (typeof item === 'string' ? clean(item) : item))];
      return [name, value];
    });
    return Object.fromEntries(pairs);
  }

  return (span) => {
    const { name, status, attributes, events } = span;
    const clear = {
      name: clean(name),
      status: status.message === undefined ? status : { ...status, message: clean(status.message) },
      attributes: cleanAttributes(attributes),
      events: events.map((event) => ({ ...event, attributes: cleanAttributes(event.attributes) })),
    };
    // A view and not a copy: a span's other properties are accessors of its class, and it has been ended.
    return Object.create(span, Object.getOwnPropertyDescriptors(clear));
  };
}
