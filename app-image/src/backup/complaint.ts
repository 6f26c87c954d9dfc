import { withoutSecrets } from '../redaction';

const longest = 300;

/**
 * What pg_dump or pg_restore complained about first, on one line. Their DETAIL, CONTEXT and "Command was" hold rows,
 * and so does what PostgreSQL quotes behind a colon; names it quotes without one.
 */
export function complaintIn(stderr: string, secrets: readonly string[]): string {
  const [first] = stderr.split('\n').filter((line) => /\b(error|fatal|panic):/i.test(line));
  return withoutSecrets(secrets)((first ?? '').replace(/: ".*/, ': …').slice(0, longest)).trim();
}
