import { UsageError } from '../scripts/command-line';

interface AwsError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** By the error's name; the SDK and each service have their own for the same. */
const remedies: readonly (readonly [names: RegExp, remedy: string])[] = [
  [
    /^(CredentialsProviderError|CouldNotLoadCredentials)/,
    'There are no credentials. Sign in (aws sso login), choose a profile with --profile, or set AWS_PROFILE.',
  ],
  [/Expired/, 'The credentials have expired. Sign in again (aws sso login), and repeat the command.'],
  [
    /^(AccessDenied|UnauthorizedOperation|NotAuthorized)/,
    'These credentials may not do that. Use a role that may; the message above names the action and the resource.',
  ],
  [
    /^(UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|InvalidAccessKeyId)/,
    'AWS does not know these credentials. Look at the profile, and at the clock of this machine.',
  ],
  [
    /(Throttl|TooManyRequests|LimitExceeded|SlowDown)/,
    'AWS was asked too often, also after several tries. Wait a minute, and repeat the command.',
  ],
  [
    /^(Decryption|Encryption)Failure|^KMS/,
    'The key that encrypts it refused: look at its policy and whether it is enabled.',
  ],
];

const network = /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|EPIPE|ETIMEDOUT|TimeoutError|UND_ERR)/;

/** What kept a call from being done and what to do about it; undefined for what is no error of a call to AWS. */
export function explainAwsError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, code, message, $metadata: metadata } = error as AwsError;
  const remedy = remedies.find(([names]) => names.test(name))?.[1];
  if (remedy !== undefined) return `${message} (${name})\n${remedy}`;
  if (network.test(code ?? '') || network.test(name))
    return `AWS cannot be reached: ${message || code}\nLook at the network, the region and AWS_ENDPOINT_URL, and repeat the command.`;
  // What the SDK could not read: a proxy's page, or that of an emulator which has no model for the call.
  if (name === 'SyntaxError' && metadata?.httpStatusCode !== undefined)
    return `What answers does not speak AWS's protocol (HTTP ${metadata.httpStatusCode}).\nLook at AWS_ENDPOINT_URL, and at proxies on the way.`;
  return metadata?.httpStatusCode === undefined ? undefined : `${message} (${name}, HTTP ${metadata.httpStatusCode})`;
}

/**
 * The work of a command that calls AWS. What AWS or the command itself says is printed, with exit code 1; anything else,
 * such as a TypeError, is for its trace.
 */
export async function explainingErrors(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const explained = explainAwsError(error);
    if (explained === undefined && (error as Error).name !== 'Error') throw error;
    console.error(explained ?? (error as Error).message);
    return 1;
  }
}
