import type { Variable } from './variable';

// With a longest scheme and a longest local part (RFC 5321), or a long value of one word would take seconds.
const inUrl = /[a-z][a-z0-9+.-]{0,31}:\/\/(?:[^\s/?#@"']*@)?(\[[^\]\s]*\]|[^\s/?#:"'\\,;)}\]]+)/gi;
const inAddress = /[^\s@<>"',;:/]{1,64}@([a-z0-9.-]+)/gi;
/** A whole value, or a whole entry of a list. */
const alone = /^(\[[\da-f:.]+\]|[a-z0-9_.-]+)(:\d+)?$/i;

/** As a browser would write it: lower case, 127.1 and 0x7f000001 in four parts, no dot at the end. */
function normalised(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '');
  const inBrackets = bare.includes(':') ? `[${bare}]` : bare;
  return URL.canParse(`http://${inBrackets}`)
    ? new URL(`http://${inBrackets}`).hostname.replace(/\.$/, '')
    : bare.toLowerCase();
}

/** Every host that a value names: by itself, in a URL anywhere in it, after the @ of an e-mail address. */
export function hostsIn(type: Variable['type'], text: string): string[] {
  if (type === 'host') return [normalised(text)];
  const matches = [...text.matchAll(inUrl), ...text.matchAll(inAddress)].map(([, host = '']) => normalised(host));
  // A lone word is a host only if it is written as one: 127.1 could be a number, 127.0.0.1 could not.
  const words = type === 'text' || type === 'list' ? text.split(',') : [];
  const lone = words.flatMap((word) => alone.exec(word.trim())?.[1]?.toLowerCase() ?? []);
  return [...matches, ...lone];
}

/** This machine, this container, or no address at all: from a deployed container nothing else answers there. */
export function isLocalHost(host: string): boolean {
  return (
    /^(.+\.)?localhost(\.localdomain)?$/.test(host) ||
    /^127(\.\d{1,3}){3}$/.test(host) ||
    /^\[?(::1?|::ffff:7f[\da-f]{2}:[\da-f]{1,4}|::ffff:127(\.\d{1,3}){3})\]?$/.test(host) ||
    ['0.0.0.0', 'host.docker.internal', 'gateway.docker.internal'].includes(host)
  );
}

/** Names that documentation uses; the first four belong to nobody by RFC 2606. */
export function isPlaceholderHost(host: string): boolean {
  return /(^|\.)(example\.(com|org|net)|example|invalid|your-[^.]+|your-?(app|domain|company|site)(\.[^.]+)+)$/.test(
    host,
  );
}
