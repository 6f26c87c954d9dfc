import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

type Value = string | number | boolean;

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, Value>>;
}

interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number; readonly message?: string };
  readonly events: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[];
}

interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

export interface CollectedSpan extends Omit<OtlpSpan, 'attributes'> {
  readonly attributes: Readonly<Record<string, Value | undefined>>;
}

const plain = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** What an OpenTelemetry collector is to the service: an HTTP server that takes traces as OTLP in JSON. */
export class Collector {
  readonly spans: CollectedSpan[] = [];
  /** As it came, to be searched for what must not be in it. */
  bodies = '';
  headers: IncomingHttpHeaders = {};
  path: string | undefined;
  resource: Readonly<Record<string, Value | undefined>> = {};
  private readonly server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    this.bodies += body;
    this.headers = request.headers;
    this.path = request.url;
    for (const { resource, scopeSpans } of (JSON.parse(body) as OtlpTraces).resourceSpans) {
      this.resource = plain(resource.attributes);
      const spans = scopeSpans.flatMap((scope) => scope.spans);
      this.spans.push(...spans.map((span) => ({ ...span, attributes: plain(span.attributes) })));
    }
    response.setHeader('content-type', 'application/json').end('{}');
  });

  /** @returns its address */
  async start(port = 0): Promise<string> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  async span(name: string): Promise<CollectedSpan> {
    for (let waited = 0; waited < 8000; waited += 20) {
      const found = this.spans.find((span) => span.name === name);
      if (found) return found;
      await sleep(20);
    }
    throw new Error(`No span "${name}" arrived, but ${this.spans.map((span) => span.name).join(', ') || 'none'}`);
  }
}
