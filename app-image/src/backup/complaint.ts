import { withoutSecrets } from '../redaction';

const longest = 300;
/** What the programs say themselves, and what the server told them. */
const complaint = /^(\S*\/)?pg_\w+: (error|detail: Error message from server)/;

/** Without the whole lines that complain of nothing: notices, warnings and progress, of which there may be thousands. */
export function onlyComplaints(stderr: string): string {
  const lines = stderr.split('\n');
  return lines.filter((line, index) => complaint.test(line) || index === lines.length - 1).join('\n');
}

/**
 * What pg_dump or pg_restore complained about, on one line. The server's DETAIL and CONTEXT and the statement hold
 * rows, and so does what it quotes behind a colon; names it quotes without one.
 */
export function complaintIn(stderr: string, secrets: readonly string[]): string {
  const lines = stderr.split('\n').filter((line) => complaint.test(line));
  const said = lines.slice(0, 2).map((line) => line.replace(/: ".*/, ': …').slice(0, longest).trim());
  return withoutSecrets(secrets)(said.join('; '));
}
