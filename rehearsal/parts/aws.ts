import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort } from '../../local/free-port';
import type { Moto } from '../../local/moto';
import { type Refusal, refusalOf, type SigningCredentials } from './signature';

/**
 * Where AWS itself is called. No address, since the container refuses those of its own machine.
 *
 * Presigned URLs name it, too, and it is signed. Whoever does not resolve it connects to 127.0.0.1 at the URL's port
 * and sends the URL's own host as its Host header: what arrives is then what was signed.
 */
export const awsHost = 'aws.mr-mentor.internal';

export interface AwsProps {
  /** Running, and stopped by whoever started it. */
  readonly moto: Moto;
  readonly region: string;
  readonly account: string;
}

/** What stands for AWS: moto, which does what it is asked, behind the checks that AWS makes before. */
export interface Aws {
  readonly region: string;
  readonly account: string;
  readonly port: number;
  /** Of a task: what ECS tells it of its role, and where AWS is. */
  readonly variables: Readonly<Record<string, string>>;
  /** For the clients of this process. */
  readonly client: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: SigningCredentials;
    readonly forcePathStyle: true;
  };
  /** Where nothing is checked: for what only AWS itself does. */
  readonly moto: Moto;
  /** What was not signed as it has to be: `PUT /bucket/key: SignatureDoesNotMatch`. */
  readonly refusals: readonly string[];
  stop(): Promise<void>;
}

/** Enough for any laptop; each one is a thread of moto's. */
const connections = 16;
const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'expect'];

export async function startAws({ moto, region, account }: AwsProps): Promise<Aws> {
  const credentials = {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(60).toString('base64'),
  };
  const credentialsPath = `/v2/credentials/${randomUUID()}`;
  const agent = new Agent({ maxSockets: connections });
  const refusals: string[] = [];

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = request;
    const [path = ''] = url.split('?', 1);
    // A preflight cannot be signed.
    const refusal = method === 'OPTIONS' ? undefined : refusalOf(request, { credentials, region });
    if (path === credentialsPath) response.end(documentOf(credentials));
    else if (refusal === undefined) pass(request, response);
    else {
      refusals.push(`${method} ${path}: ${refusal.code}`);
      refuse(request, response, refusal);
    }
  }

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const { method, url = '', headers } = request;
    const own = { host: new URL(moto.url).host, 'x-moto-account-id': account };
    const options = { agent, method, headers: { ...without(headers, hopByHop), ...own } };
    const forwarded = ask(moto.url + url, options, (answered) => {
      response.writeHead(answered.statusCode ?? 502, without(answered.headers, hopByHop));
      answered.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    response.on('close', () => forwarded.destroy());
    request.pipe(forwarded);
  }

  const front = createServer({ keepAliveTimeout: 60_000 }, answer);
  const port = await freePort();
  await once(front.listen(port, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${port}`;
  return {
    ...{ region, account, port, moto, refusals },
    variables: {
      // By the relative URI that ECS states, the SDK asks an address that no laptop has.
      AWS_CONTAINER_CREDENTIALS_FULL_URI: origin + credentialsPath,
      AWS_ENDPOINT_URL: `http://${awsHost}:${port}`,
      AWS_EXECUTION_ENV: 'AWS_ECS_EC2',
      ECS_CONTAINER_METADATA_URI_V4: `http://169.254.170.2/v4/${randomUUID()}`,
    },
    client: { region, endpoint: origin, credentials, forcePathStyle: true },
    async stop() {
      front.close();
      front.closeAllConnections();
      agent.destroy();
      await once(front, 'close');
    },
  };
}

/** As a task's container gets the credentials of its role. */
const documentOf = ({ accessKeyId, secretAccessKey, sessionToken }: SigningCredentials) =>
  JSON.stringify({
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: new Date(Date.now() + 6 * 3_600_000).toISOString(),
  });

/** As the service spells it that is called. */
function refuse(request: IncomingMessage, response: ServerResponse, { code, message }: Refusal): void {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const body = request.headers['x-amz-target'] ? JSON.stringify({ __type: code, message }) : error;
  response.writeHead(403).end(body);
  // To its end, or whoever still sends gets no answer but a reset.
  request.resume();
}

const without = <Value>(headers: Readonly<Record<string, Value>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
