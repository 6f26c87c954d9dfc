import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Collector } from '../collector';
import { startTraced, startTracedService, stopTracedServices } from '../traced-process';

/** Five seconds, and what a busy machine adds. */
const shutdownWithinMs = 7_000;

afterAll(stopTracedServices);

describe('a collector that is away', () => {
  it('neither fails nor slows requests, is reported once, and does not hold the shutdown', async () => {
    const { collector, service: well } = await startTraced();
    const alone = await startTracedService({
      OTEL_EXPORTER: 'jaeger',
      JAEGER_ENDPOINT: 'http://127.0.0.1:1/v1/traces',
    });
    const took = { well: 0, alone: 0 };
    const load = async (which: keyof typeof took, { get }: typeof alone) => {
      const started = performance.now();
      const statuses = await Promise.all(Array.from({ length: 100 }, () => get('/api/things/1')));
      took[which] += performance.now() - started;
      expect(new Set(statuses)).toEqual(new Set([200]));
    };
    // By turns, so that a busy machine slows both alike.
    for (let round = 0; round < 6; round += 1) {
      await load('well', well);
      await load('alone', alone);
    }
    const { ms } = await alone.stop();
    await well.stop();
    await collector.stop();

    expect(took.alone).toBeLessThan(3 * took.well);
    expect(ms).toBeLessThan(shutdownWithinMs);
    expect(alone.output().match(/traces are lost/g)).toHaveLength(1);
  }, 60_000);

  it('is waited for during five seconds, when it answers without an end', async () => {
    const trickle = createServer((socket) => {
      socket.on('error', () => {}).write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-wait: longer\r\n'), 200);
      socket.on('close', () => clearInterval(timer));
    }).listen(0, '127.0.0.1');
    await once(trickle, 'listening');
    const { port } = trickle.address() as AddressInfo;
    const service = await startTracedService({
      OTEL_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    });
    await service.get('/api/things/1');
    const { ms } = await service.stop();
    trickle.close();

    expect(ms).toBeGreaterThan(4_900);
    expect(ms).toBeLessThan(shutdownWithinMs);
    expect(service.output()).toContain('traces were not all sent in time');
  }, 30_000);

  it('gets traces again when it is back, and both are logged', async () => {
    // Each span by itself, without the wait for a batch.
    const { collector, service, endpoint } = await startTraced({ OTEL_DEBUG: 'true' });
    await collector.stop();
    await service.get('/api/things/1');
    await service.logged('traces are lost: the collector is away');

    const back = new Collector();
    await back.start(Number(new URL(endpoint).port));
    await service.get('/api/things/2');
    await service.logged('traces are sent again');
    await service.stop();
    await back.stop();
  }, 40_000);
});
