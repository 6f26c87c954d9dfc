import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { json, text } from 'node:stream/consumers';
import { freePort } from '../../local/free-port';

export interface LocalAwsProps {
  readonly region: string;
  /** The ARN of an RDS instance's own secret, by the instance's identifier. */
  readonly instances: Readonly<Record<string, string>>;
  /** Values of secrets by ARN. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly buckets: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

const rds = 'xmlns="http://rds.amazonaws.com/doc/2014-10-31/"';

/**
 * The calls that a starting container makes of AWS, answered on loopback: its task role's credentials by the address
 * that ECS passes, then signed with them RDS, Secrets Manager and S3. A call that nothing here knows is refused.
 */
export async function startLocalAws({ region, instances, secrets, buckets }: LocalAwsProps) {
  const accessKey = `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`;
  const credentialsPath = `/v2/credentials/${randomUUID()}`;
  const credentials = {
    AccessKeyId: accessKey,
    SecretAccessKey: randomUUID(),
    Token: randomUUID(),
    Expiration: new Date(Date.now() + 6 * 3_600_000).toISOString(),
  };

  const isSigned = ({ headers }: IncomingMessage) =>
    headers.authorization?.includes(`Credential=${accessKey}/`) &&
    headers.authorization.includes(`/${region}/`) &&
    headers['x-amz-security-token'] === credentials.Token;

  function describeInstance(identifier: string): Answer {
    const arn = instances[identifier];
    if (arn === undefined) {
      const error = `<Error><Type>Sender</Type><Code>DBInstanceNotFound</Code><Message>${identifier}</Message></Error>`;
      return { status: 404, body: `<ErrorResponse ${rds}>${error}</ErrorResponse>` };
    }
    const secret = `<MasterUserSecret><SecretArn>${arn}</SecretArn></MasterUserSecret>`;
    const instance = `<DBInstance><DBInstanceIdentifier>${identifier}</DBInstanceIdentifier>${secret}</DBInstance>`;
    const result = `<DescribeDBInstancesResult><DBInstances>${instance}</DBInstances></DescribeDBInstancesResult>`;
    return { status: 200, body: `<DescribeDBInstancesResponse ${rds}>${result}</DescribeDBInstancesResponse>` };
  }

  function secretValue(arn: string): Answer {
    const value = secrets[arn];
    return value === undefined
      ? { status: 400, body: { __type: 'ResourceNotFoundException', message: arn } }
      : { status: 200, body: { ARN: arn, SecretString: value } };
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname } = new URL(request.url ?? '', 'http://aws');
    if (request.method === 'GET' && pathname === credentialsPath) return { status: 200, body: credentials };
    if (!isSigned(request)) return { status: 403, body: { __type: 'AccessDeniedException' } };
    if (request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue')
      return secretValue(((await json(request)) as { SecretId: string }).SecretId);
    if (request.method === 'HEAD') return { status: buckets.includes(pathname.replaceAll('/', '')) ? 200 : 404 };
    const form = new URLSearchParams(await text(request));
    return form.get('Action') === 'DescribeDBInstances'
      ? describeInstance(form.get('DBInstanceIdentifier') ?? '')
      : { status: 501, body: { __type: 'NotImplemented' } };
  }

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, body = '' }) => response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body)),
      () => response.writeHead(500).end(),
    );
  });
  const port = await freePort();
  await once(server.listen(port, '127.0.0.1'), 'listening');

  return {
    port,
    /** As AWS_CONTAINER_CREDENTIALS_FULL_URI. By the relative one the SDK asks an address that no laptop has. */
    credentialsUrl: `http://127.0.0.1:${port}${credentialsPath}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
