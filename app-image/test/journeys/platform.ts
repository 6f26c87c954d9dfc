import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Client } from 'pg';
import { type Certificates, issueCertificates } from '../../../local/certificates';
import { type MailServer, startMailServer } from '../../../rehearsal/parts/mail-server';
import { queuePrefix } from '../../src/queues/job-queues';
import { type QueueKey, queues } from '../../src/queues/queue';
import { newAddress } from '../faults/traffic';
import { OtherCompany } from '../outgoing/other-company';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { connectPostgres, connectRedis } from '../store-clients';

export const origin = 'https://app.school.test';

interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The platform as it runs: two web processes and a worker on empty stores, a mail server, and Graphy. */
export class Platform {
  readonly webs: StartedServer[] = [];
  #worker: StartedServer | undefined;
  private readonly opened: Queue[] = [];

  private constructor(
    readonly mail: MailServer,
    readonly graphy: OtherCompany,
    readonly postgres: Client,
    readonly redis: Redis,
    private readonly certificates: Certificates,
  ) {}

  static async start(): Promise<Platform> {
    const certificates = await issueCertificates(['localhost']);
    const [mail, graphy] = await Promise.all([startMailServer({ tls: certificates }), new OtherCompany().listen()]);
    const environment = await stores();
    const postgres = await connectPostgres(environment);
    const platform = new Platform(mail, graphy, postgres, connectRedis(environment), certificates);
    // At once, as ECS starts them.
    const [first, second] = await Promise.all([
      platform.startOne('web'),
      platform.startOne('web'),
      platform.startWorker(),
    ]);
    platform.webs.push(first, second);
    return platform;
  }

  async startWorker(environment: Readonly<Record<string, string>> = {}): Promise<StartedServer> {
    this.#worker = await this.startOne('worker', environment);
    return this.#worker;
  }

  get worker(): StartedServer {
    if (this.#worker === undefined) throw new Error('No worker runs.');
    return this.#worker;
  }

  get web(): StartedServer {
    const [first] = this.webs;
    if (first === undefined) throw new Error('No web process runs.');
    return first;
  }

  /** To the first web process. */
  async call(path: string, { method, token, headers, body }: Call = {}) {
    const response = await fetch(`${this.web.url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        'x-forwarded-for': newAddress(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  async signIn(): Promise<string> {
    const body = { email: 'admin@example.com', password: 'local-only-admin-password' };
    const answer = await this.call('/api/auth/login', { body });
    if (answer.status !== 200) throw new Error(`Signing in ended with ${answer.status}`);
    return answer.body.data.token;
  }

  queue(key: QueueKey): Queue {
    const queue = new Queue(queues[key].name, { connection: this.redis, prefix: queuePrefix });
    this.opened.push(queue);
    return queue;
  }

  async stop(): Promise<void> {
    await Promise.all(this.opened.map((queue) => queue.close()));
    await this.postgres.end();
    this.redis.disconnect();
    await stopServers();
    this.graphy.close();
    await this.mail.stop();
    this.certificates.remove();
  }

  private startOne(
    PROCESS_ROLE: 'web' | 'worker',
    environment: Readonly<Record<string, string>> = {},
  ): Promise<StartedServer> {
    return startServer({
      ...this.mail.environment,
      PROCESS_ROLE,
      TRUST_PROXY_HOPS: '1',
      SHUTDOWN_DRAIN_SECONDS: '1',
      CORS_ALLOWED_ORIGINS: JSON.stringify([origin]),
      NODE_EXTRA_CA_CERTS: this.certificates.caFile,
      VENDOR_API_KEY_PEPPER: 'a-pepper-of-the-tests-and-nobody-else',
      GRAPHY_BASE_URL: this.graphy.url,
      ...environment,
    });
  }
}
