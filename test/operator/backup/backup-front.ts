import { createServer, type IncomingMessage, request as passOn, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Mishap } from '../aws-front';
import type { FakeEcs } from './fake-ecs';

/** A resource of the service stack. */
export interface StackResource {
  readonly type: string;
  readonly logicalId: string;
  readonly physicalId: string;
}

export interface BackupFrontProps {
  /** The emulator's URL. */
  readonly behind: string;
  readonly ecs: FakeEcs;
  readonly resources: readonly StackResource[];
}

/**
 * Stands between the SDK and the emulator and sees every call, those of S3 and of EventBridge Scheduler as well, which
 * have no name for it on the wire. ECS is a fake.
 */
export class BackupFront {
  /** `RunTask`, `GetObject`, in the order they came. */
  readonly actions: string[] = [];
  /** Of the service stack: CloudFormation of the emulator has no schedules. */
  resources: readonly StackResource[];
  private mishaps: { readonly action: string; readonly mishap: Mishap; times: number }[] = [];

  private constructor(
    private readonly server: Server,
    private readonly props: BackupFrontProps,
  ) {
    this.resources = props.resources;
    server.on('request', (request, response) => void this.serve(request, response).catch(() => response.destroy()));
  }

  static async start(props: BackupFrontProps): Promise<BackupFront> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new BackupFront(server, props);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next calls of this action. */
  fail(action: string, mishap: Mishap, times = 1): void {
    this.mishaps.push({ action, mishap, times });
  }

  reset(): void {
    this.actions.length = 0;
    this.mishaps = [];
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const action = actionOf(request, body);
    this.actions.push(action);
    const mishap = this.mishaps.find((each) => each.action === action && each.times > 0);
    if (mishap !== undefined) mishap.times -= 1;
    if (mishap?.mishap === 'cut') return void response.destroy();
    if (mishap !== undefined && mishap.mishap !== 'unheard') return refuse(request, response, mishap.mishap);
    // What AWS does is done either way.
    const answer = mishap === undefined ? response : undefined;
    if (String(request.headers['x-amz-target']).startsWith('AmazonEC2ContainerService'))
      json(answer, this.props.ecs.answer(action, JSON.parse(body.toString())));
    else if (action === 'ListStackResources') answer?.end(resourcesXml(this.resources));
    else await this.pass(request, body, answer);
    if (answer === undefined) response.destroy();
  }

  private pass({ method, url, headers }: IncomingMessage, body: Buffer, response?: ServerResponse): Promise<void> {
    return new Promise((resolve, reject) => {
      const passed = passOn(new URL(url ?? '/', this.props.behind), { method, headers }, (answer) => {
        answer.once('end', resolve).once('error', reject);
        response?.writeHead(answer.statusCode ?? 502, answer.headers);
        if (response === undefined) answer.resume();
        else answer.pipe(response);
      });
      passed.once('error', reject);
      passed.end(body);
    });
  }
}

function json(response: ServerResponse | undefined, answer: object): void {
  response?.writeHead('__type' in answer ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
  response?.end(JSON.stringify(answer));
}

/** In the protocol that was spoken; S3 and the query protocol have names without "Exception". */
function refuse(request: IncomingMessage, response: ServerResponse, type: string): void {
  const message = 'It was not to be';
  const status = type === 'ThrottlingException' ? 429 : 403;
  const error = `<Error><Code>${type.replace(/Exception$/, '')}</Code><Message>${message}</Message></Error>`;
  if (request.headers['x-amz-target'] !== undefined) json(response, { __type: type, message });
  else if (request.url?.startsWith('/schedules/'))
    response.writeHead(status, { 'x-amzn-errortype': type }).end(JSON.stringify({ Message: message }));
  else if (isForm(request)) response.writeHead(status).end(`<ErrorResponse>${error}</ErrorResponse>`);
  else response.writeHead(status).end(error);
}

const isForm = ({ headers }: IncomingMessage): boolean =>
  String(headers['content-type']).includes('x-www-form-urlencoded');

function actionOf(request: IncomingMessage, body: Buffer): string {
  const { method, url = '/', headers } = request;
  const target = headers['x-amz-target'];
  if (target !== undefined) return String(target).split('.')[1] ?? '';
  if (isForm(request)) return new URLSearchParams(body.toString()).get('Action') ?? '';
  if (url.startsWith('/schedules/')) return 'GetSchedule';
  if (url.includes('list-type=2')) return 'ListObjectsV2';
  return { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject' }[method ?? ''] ?? '';
}

function resourcesXml(resources: readonly StackResource[]): string {
  const members = resources.map(
    ({ type, logicalId, physicalId }) =>
      `<member><ResourceType>${type}</ResourceType><LogicalResourceId>${logicalId}</LogicalResourceId><PhysicalResourceId>${physicalId}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`,
  );
  return `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${members.join('')}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;
}
