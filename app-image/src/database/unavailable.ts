/** Ours, where no library made an error. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** SQLSTATE: connection exceptions (08), too many connections, shut down, crashed, starting up; a refused login. */
const states = /^(08...|53300|57P0[1-3]|28P01|28000)$/;
const systemCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'ENOTFOUND', 'EAI_AGAIN'],
]);
/** pg and its pool give these no code. */
const messages = [
  /^Connection terminated/,
  /^timeout exceeded when trying to connect$/,
  /^timeout expired$/,
  /^Query read timeout$/,
  /^Client (was closed|has encountered a connection error) and is not queryable$/,
  /^Cannot use a pool after calling end on the pool$/,
];

interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  /** TypeORM's QueryFailedError keeps pg's error here. */
  readonly driverError?: unknown;
}

export function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as Failure;
  return typeof code === 'string' ? code : undefined;
}

/** The database cannot be used now, and the statement is not to blame: worth a 503 and another try later. */
export function isUnavailable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (error instanceof Unavailable) return true;
  const code = codeOf(error);
  if (code !== undefined && (states.test(code) || systemCodes.has(code))) return true;
  const { message, driverError } = error as Failure;
  return messages.some((pattern) => pattern.test(String(message))) || isUnavailable(driverError);
}

/** A wrong user or password, or a server that does not let this client in at all. */
export const isRefusedLogin = (error: unknown): boolean => ['28P01', '28000'].includes(codeOf(error) ?? '');
