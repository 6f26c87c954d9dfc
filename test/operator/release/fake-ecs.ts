import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** As ECS answers, times in seconds since 1970. */
export interface FakeDeployment {
  readonly serviceDeploymentArn: string;
  readonly serviceArn: string;
  readonly createdAt: number;
  readonly finishedAt?: number;
  status: string;
  lifecycleStage?: string;
  readonly statusReason?: string;
  readonly rollback?: { readonly reason: string };
  readonly deploymentConfiguration?: { readonly bakeTimeInMinutes: number };
  readonly targetServiceRevision?: object;
  readonly sourceServiceRevisions?: readonly object[];
}

/**
 * The calls of ECS about service deployments, which the emulator of AWS does not have, over the wire protocol that the
 * SDK speaks. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/
 */
export class FakeEcs {
  readonly calls: { readonly action: string; readonly input: Record<string, unknown> }[] = [];
  deployments: FakeDeployment[] = [];
  /** By ARN of a service revision. */
  images: Record<string, { readonly image: string; readonly imageDigest?: string }> = {};
  /** Called after each call. */
  after: (action: string) => void = () => {};

  private constructor(private readonly server: Server) {
    server.on('request', async (request, response) => {
      const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const input = JSON.parse(await text(request));
      this.calls.push({ action, input });
      const { status, body } = this.answer(action, input);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
      this.after(action);
    });
  }

  static async start(): Promise<FakeEcs> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeEcs(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.calls.length = 0;
    this.deployments = [];
    this.images = {};
    this.after = () => {};
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  // biome-ignore lint/suspicious/noExplicitAny: as it comes over the wire
  private answer(action: string, input: any): { readonly status: number; readonly body: object } {
    const error = (type: string) => ({ status: 400, body: { __type: type, message: `${type} of the fake` } });
    switch (action) {
      case 'ListServiceDeployments': {
        const its = this.deployments.filter(({ serviceArn }) => serviceArn === input.service);
        const newest = its.sort((a, b) => b.createdAt - a.createdAt).slice(0, input.maxResults);
        return {
          status: 200,
          body: {
            serviceDeployments: newest.map(({ serviceDeploymentArn, status }) => ({ serviceDeploymentArn, status })),
          },
        };
      }
      case 'DescribeServiceDeployments':
        return {
          status: 200,
          body: {
            serviceDeployments: this.deployments.filter(({ serviceDeploymentArn: arn }) =>
              input.serviceDeploymentArns.includes(arn),
            ),
          },
        };
      case 'DescribeServiceRevisions':
        return {
          status: 200,
          body: {
            serviceRevisions: input.serviceRevisionArns.map((arn: string) => ({
              serviceRevisionArn: arn,
              containerImages: this.images[arn] ? [{ containerName: 'web', ...this.images[arn] }] : [],
            })),
          },
        };
      case 'StopServiceDeployment': {
        const found = this.deployments.find(({ serviceDeploymentArn: arn }) => arn === input.serviceDeploymentArn);
        if (found === undefined) return error('ServiceDeploymentNotFoundException');
        if (found.status !== 'IN_PROGRESS' && found.status !== 'PENDING') return error('ConflictException');
        found.status = input.stopType === 'ROLLBACK' ? 'ROLLBACK_REQUESTED' : 'STOP_REQUESTED';
        return { status: 200, body: { serviceDeploymentArn: found.serviceDeploymentArn } };
      }
      default:
        return error('UnknownOperationException');
    }
  }
}
