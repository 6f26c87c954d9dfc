import { loadEnvironment } from '../src/config/load';
import { collectorOf } from '../src/telemetry/collector';
import { withoutLiterals, withoutValues } from '../src/telemetry/redaction';
import type { CollectedSpan, Collector } from './collector';
import { signingKey, startTraced, startTracedService, stopTracedServices } from './traced-process';

const SERVER = 2;
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJlLW9mLXRoaXM';

afterAll(stopTracedServices);

const childrenOf = ({ spanId }: CollectedSpan, { spans }: Collector) =>
  spans.filter(({ parentSpanId }) => parentSpanId === spanId);

describe('traces', () => {
  it('show a request with its handler, its query and its command, and where they come from', async () => {
    const { collector, service } = await startTraced({ APP_REVISION: '1a2b3c4', PROCESS_ROLE: 'web' });
    expect(await service.get('/api/things/42')).toBe(200);
    expect(await service.get('/api/health')).toBe(200);
    expect(await service.get('/api/ready?verbose=1')).toBe(200);
    await service.stop();
    await collector.stop();

    const request = await collector.span('GET /api/things/:id');
    expect(request.kind).toBe(SERVER);
    expect(request.parentSpanId).toBeUndefined();
    expect(request.attributes).toMatchObject({ 'http.response.status_code': 200, 'http.route': '/api/things/:id' });
    const [handler, ...others] = childrenOf(request, collector);
    expect(others).toEqual([]);
    expect(handler?.name).toBe('/api/things/:id');
    const work = handler ? childrenOf(handler, collector) : [];
    expect(work.map(({ name }) => name).sort()).toEqual(['pg-pool.connect', 'pg.query:SELECT', 'set']);
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([request.traceId]));
    expect(collector.resource).toMatchObject({
      'service.name': 'mr-mentor-backend',
      'service.version': '1a2b3c4',
      'deployment.environment.name': 'test',
      'mr_mentor.process_role': 'web',
    });
  }, 30_000);

  it('keep secrets, query values, parameters and arguments to themselves', async () => {
    const { collector, service } = await startTraced();
    const headers = { authorization: `Bearer ${jwt}`, cookie: 'session=a-cookie-value' };
    await service.get(`/api/things/parameter-value?token=a-query-token&page=${jwt}`, headers);
    expect(await service.get('/api/broken')).toBe(500);
    await service.stop();
    await collector.stop();

    const request = await collector.span('GET /api/things/:id');
    expect(request.attributes['url.query']).toBe('token=[redacted]&page=[redacted]');
    const query = await collector.span('pg.query:SELECT');
    expect(query.attributes['db.query.text']).toBe('SELECT\n $1::text AS id, ? AS note, ? AS n');
    expect((await collector.span('set')).attributes['db.query.text']).toBe('set');
    const broken = await collector.span('/api/broken');
    expect(broken.status.message).toBe('refused: [redacted]');
    expect(broken.events).toHaveLength(1);
    const hidden = [signingKey, jwt, 'a-query-token', 'a-cookie-value', 'a literal value', '4711', 'a stored value'];
    for (const value of hidden) expect(collector.bodies).not.toContain(value);
  }, 30_000);

  it('keep requests apart whose commands were sent to Redis together', async () => {
    const { collector, service } = await startTraced();
    const ids = Array.from({ length: 40 }, (_, index) => String(index));
    await Promise.all(ids.map((id) => service.get(`/api/together/${id}`)));
    await service.stop();
    await collector.stop();

    const handlers = collector.spans.filter(({ name }) => name === '/api/together/:id');
    expect(handlers).toHaveLength(ids.length);
    for (const handler of handlers) expect(childrenOf(handler, collector).map(({ name }) => name)).toEqual(['get']);
  }, 30_000);

  it('are all sent at shutdown, in batches', async () => {
    const { collector, service } = await startTraced();
    for (let round = 0; round < 10; round += 1)
      await Promise.all(Array.from({ length: 50 }, () => service.get('/api/things/1')));
    await service.stop();
    await collector.stop();

    expect(collector.spans.filter(({ kind }) => kind === SERVER)).toHaveLength(500);
    expect(collector.spans.filter(({ name }) => name === 'pg.query:SELECT')).toHaveLength(500);
  }, 30_000);

  it('are sent as they end, with the doings of OpenTelemetry on standard output, with OTEL_DEBUG', async () => {
    const { collector, service } = await startTraced({ OTEL_DEBUG: 'true' });
    await service.get('/api/things/42');
    await collector.span('GET /api/things/:id');
    await service.stop();
    await collector.stop();

    expect(service.output()).toContain('items to be sent');
    expect(service.output()).not.toContain('a literal value');
  }, 30_000);

  it('load nothing of OpenTelemetry when there is no exporter', async () => {
    const traced = await startTraced();
    const untraced = await startTracedService({});
    expect(await untraced.get('/api/things/42')).toBe(200);

    expect(traced.service.modules).toBeGreaterThan(0);
    expect(untraced.modules).toBe(0);
    await traced.service.stop();
    await traced.collector.stop();
    await untraced.stop();
  }, 30_000);
});

describe('a collector', () => {
  const collector = (settings: Readonly<Record<string, string>>) =>
    collectorOf(loadEnvironment({ APP_ENV: 'test', ...settings }).environment);

  it('is Honeycomb with its key and data set', () => {
    const honeycomb = {
      OTEL_EXPORTER: 'honeycomb',
      HONEYCOMB_API_KEY: 'key-of-honeycomb',
      HONEYCOMB_DATASET: 'backend',
    };
    expect(collector(honeycomb)).toEqual({
      url: 'https://api.honeycomb.io/v1/traces',
      headers: { 'x-honeycomb-team': 'key-of-honeycomb', 'x-honeycomb-dataset': 'backend' },
    });
  });

  it.each([
    ['http://collector.internal:4318', 'http://collector.internal:4318/v1/traces'],
    ['http://collector.internal:4318/', 'http://collector.internal:4318/v1/traces'],
    ['https://gateway.internal/otlp', 'https://gateway.internal/otlp/v1/traces'],
    ['https://tempo.internal/otlp/v1/traces', 'https://tempo.internal/otlp/v1/traces'],
  ])('at %s takes traces at %s', (endpoint, url) => {
    expect(collector({ OTEL_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }).url).toBe(url);
    expect(collector({ OTEL_EXPORTER: 'jaeger', JAEGER_ENDPOINT: endpoint }).url).toBe(url);
  });
});

describe('a statement', () => {
  it.each([
    ["SELECT * FROM users WHERE email = 'a@b.in' AND age > 42", 'SELECT * FROM users WHERE email = ? AND age > ?'],
    ['SELECT $1::int4, "user\'s" FROM t2', 'SELECT $1::int4, "user\'s" FROM t2'],
    ["ALTER ROLE mas PASSWORD 'it''s secret'", 'ALTER ROLE mas PASSWORD ?'],
    ["SELECT E'it\\'s secret', 'x'", 'SELECT ?, ?'],
    ['SELECT $$secret$$, $tag$also $$ secret$tag$ FROM t', 'SELECT ?, ? FROM t'],
    ["SELECT 1 -- don't\n, 'secret'", 'SELECT ? ?\n, ?'],
    ["SELECT /* don't */ 'secret'", 'SELECT ? ?'],
    ["INSERT INTO notes VALUES ('cut short in the middle of a sec", 'INSERT INTO notes VALUES (?'],
  ])('%s loses its values', (sql, cleaned) => expect(withoutLiterals(sql)).toBe(cleaned));
});

it('a query string keeps the names of its parameters', () => {
  expect(withoutValues('token=a&page=2&flag&empty=')).toBe('token=[redacted]&page=[redacted]&flag&empty=[redacted]');
});
