import { type Certificates, issueCertificates } from '../../../local/certificates';
import { askRedis } from '../../../local/redis-command';
import type { CacheDescription } from '../../../rehearsal/assembly/deployment';
import { type LocalCache, startCache } from '../../../rehearsal/parts/cache';
import { eventually } from '../../eventually';

const authToken = 'token of the cache';
const description: CacheDescription = {
  logicalId: 'Cache',
  tls: true,
  authTokenSecret: 'arn:aws:secretsmanager:ap-south-1:000000000004:secret:cache',
  automaticFailover: true,
  nodes: 2,
  settings: { 'maxmemory-policy': 'noeviction', timeout: '600' },
};

let certificates: Certificates;
const started: LocalCache[] = [];
beforeAll(async () => {
  certificates = await issueCertificates(['cache.test']);
});
afterAll(async () => {
  await Promise.all(started.map((cache) => cache.stop()));
  certificates?.remove();
});

async function start(change: Partial<CacheDescription> = {}): Promise<LocalCache> {
  const cache = await startCache({ description: { ...description, ...change }, authToken, certificates });
  started.push(cache);
  return cache;
}

it('is as it is described: TLS, the AUTH token, the parameters', async () => {
  const cache = await start();
  expect(await cache.ask('CONFIG', 'GET', 'maxmemory-policy')).toContain('noeviction');
  expect(await cache.ask('CONFIG', 'GET', 'timeout')).toContain('600');
  await eventually(async () => /slave0:.*state=online/.test(await cache.ask('INFO', 'replication')));
  const at = (change: object) => askRedis({ port: cache.port, tls: true, password: authToken, ...change }, ['PING']);
  expect(await at({})).toBe('+PONG\r\n');
  await expect(at({ password: undefined })).rejects.toThrow('Redis answers to PING: NOAUTH Authentication required.');
  await expect(at({ password: 'wrong' })).rejects.toThrow('WRONGPASS');
  await expect(at({ tls: false })).rejects.toThrow();
});

it('a replica takes over with all that was acknowledged, as often as it has to', async () => {
  const cache = await start();
  const { port } = cache;
  for (const round of ['first', 'second']) {
    const acknowledged: string[] = [];
    let failing: ReturnType<LocalCache['failOver']> | undefined;
    // Its writes end when the primary is gone, not before.
    const writing = (async () => {
      for (;;) {
        const job = `${round} ${acknowledged.length}`;
        await askRedis({ port, tls: true, password: authToken }, ['RPUSH', 'jobs', job]);
        acknowledged.push(job);
        if (acknowledged.length === 20) failing = cache.failOver(10);
      }
    })();
    await expect(writing).rejects.toThrow();
    const outage = await failing;
    expect(outage).toMatchObject({ store: 'redis' });
    expect((outage?.to ?? 0) - (outage?.from ?? 0)).toBeGreaterThanOrEqual(10);
    expect(cache.port).toBe(port);
    expect(await cache.ask('INFO', 'replication')).toMatch(/role:master\r\nconnected_slaves:1\r\n/);
    const kept = await cache.ask('LRANGE', 'jobs', '0', '-1');
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);
    expect(acknowledged.filter((job) => !kept.includes(`\r\n${job}\r\n`))).toEqual([]);
    await cache.ask('SET', 'after', round);
  }
});

it('comes back empty where there is no replica', async () => {
  const cache = await start({ automaticFailover: false, nodes: 1 });
  await cache.ask('SET', 'key', 'value');
  const { port } = cache;
  await cache.failOver(0);
  expect(cache.port).toBe(port);
  expect(await cache.ask('GET', 'key')).toBe('$-1\r\n');
});

it('says what Redis has against the parameters', async () => {
  await expect(start({ settings: { 'maxmemory-policy': 'sometimes' } })).rejects.toThrow(
    /Redis ended before it was ready[\s\S]*maxmemory-policy/,
  );
});
