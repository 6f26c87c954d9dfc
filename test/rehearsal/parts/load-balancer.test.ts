import { once } from 'node:events';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { type Certificates, issueCertificates } from '../../../local/certificates';
import type { LoadBalancerDescription } from '../../../rehearsal/assembly/deployment';
import { type HaproxyLoadBalancer, startLoadBalancer } from '../../../rehearsal/parts/load-balancer';
import { eventually } from '../../eventually';
import {
  type Answer,
  ask,
  askOver,
  describeLoadBalancer,
  dial,
  HOST,
  rule,
  ServedTarget,
  targetGroup,
} from './balanced';

let certificate: Certificates;
beforeAll(async () => {
  certificate = await issueCertificates([HOST]);
});
afterAll(() => certificate.remove());

const running: { stop(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

async function balance(overrides: Partial<LoadBalancerDescription> = {}): Promise<HaproxyLoadBalancer> {
  const balancer = await startLoadBalancer({
    description: describeLoadBalancer(overrides),
    certificate,
    groupNames: { Blue: 'blue', Green: 'green' },
    slotsPerGroup: 4,
  });
  running.push(balancer);
  return balancer;
}

async function serve(id: string): Promise<ServedTarget> {
  const target = await ServedTarget.start(id);
  running.push(target);
  return target;
}

/** Registered, and in service. */
async function put(balancer: HaproxyLoadBalancer, group: string, id: string) {
  const target = await serve(id);
  await balancer.register(group, target);
  await eventually(async () => (await balancer.health(group))[id] === 'healthy');
  return target;
}

const twoColours = async (overrides: Partial<LoadBalancerDescription> = {}) => {
  const balancer = await balance(overrides);
  const [blue, green] = await Promise.all([put(balancer, 'Blue', 'web-1'), put(balancer, 'Green', 'web-2')]);
  return { balancer, blue, green };
};

const many = async (count: number, one: () => Promise<Answer>): Promise<string[]> => {
  const answers: string[] = [];
  for (let asked = 0; asked < count; asked += 1) {
    const { status, target } = await one();
    answers.push(`${status} ${target}`);
  }
  return answers;
};

describe('rules', () => {
  it('sends each request by the first rule that it matches, and answers by itself what matches none', async () => {
    const { balancer } = await twoColours({
      rules: [
        rule('Production', 20, { hosts: [HOST, '*.wild.test'] }),
        rule('Test', 10, {
          headers: [{ name: 'x-release', values: ["it's {green} #1"] }],
          weights: { Blue: 0, Green: 1 },
        }),
        rule('Path', 15, { paths: ['/admin/*', '/?.js'], weights: { Green: 5 } }),
      ],
    });
    const target = async (path: string, headers: Record<string, string>) =>
      (await ask(balancer, { path, headers })).target;
    expect(await target('/', {})).toBe('blue/web-1');
    expect(await target('/', { host: `${HOST.toUpperCase()}:8443` })).toBe('blue/web-1');
    expect(await target('/', { host: 'a.b.wild.test' })).toBe('blue/web-1');
    expect(await target('/', { 'x-release': "IT'S {GREEN} #1" })).toBe('green/web-2');
    expect(await target('/', { 'x-release': "it's {green} #10" })).toBe('blue/web-1');
    expect(await target('/admin/users?page=1', {})).toBe('green/web-2');
    expect(await target('/a.js', {})).toBe('green/web-2');
    expect(await target('/aXjs', {})).toBe('blue/web-1');
    const nowhere = await ask(balancer, { headers: { host: `${HOST}.example.com` } });
    expect(nowhere).toMatchObject({ status: 503, target: undefined, body: '{"code":"NO_SUCH_HOST"}' });
    expect(nowhere.headers['content-type']).toBe('application/json');
  });

  it('shares out by weights that change while requests run, and none of them fails', async () => {
    const { balancer } = await twoColours();
    const answers: string[] = [];
    let on = true;
    const users = Array.from({ length: 4 }, async () => {
      const connection = await dial(balancer);
      while (on) {
        const { status, target } = await askOver(connection);
        answers.push(`${status} ${target}`);
      }
      connection.destroy();
    });
    await eventually(() => answers.length > 20);
    expect(new Set(answers)).toEqual(new Set(['200 blue/web-1']));

    await balancer.setWeights('Production', { Blue: 50, Green: 50 });
    const half = answers.length;
    await eventually(() => answers.length > half + 200);
    const green = answers.slice(half).filter((answer) => answer === '200 green/web-2').length;
    expect(green / (answers.length - half)).toBeGreaterThan(0.3);
    expect(green / (answers.length - half)).toBeLessThan(0.7);

    await balancer.setWeights('Production', { Blue: 0, Green: 100 });
    await sleep(100);
    const shifted = answers.length;
    await eventually(() => answers.length > shifted + 50);
    on = false;
    await Promise.all(users);
    expect(new Set(answers.slice(shifted))).toEqual(new Set(['200 green/web-2']));
    expect(new Set(answers)).toEqual(new Set(['200 blue/web-1', '200 green/web-2']));
  });

  it('shares out among any number of groups, and sends nothing where nothing has weight', async () => {
    const three = { Blue: 1, Green: 1, Red: 1 };
    const balancer = await balance({
      rules: [rule('Production', 1, { weights: three })],
      targetGroups: ['Blue', 'Green', 'Red'].map((id) => targetGroup(id)),
    });
    await Promise.all(Object.keys(three).map((group, index) => put(balancer, group, `web-${index + 1}`)));
    const seen = new Set(await many(60, () => ask(balancer)));
    expect(seen).toEqual(new Set(['200 blue/web-1', '200 green/web-2', '200 Red/web-3']));
    await balancer.setWeights('Production', {});
    expect(await ask(balancer)).toMatchObject({ status: 503, target: undefined });
  });

  it('refuses what there is not', async () => {
    const balancer = await balance();
    await expect(balancer.setWeights('Elsewhere', {})).rejects.toThrow(
      'There is no listener rule "Elsewhere": must be one of Production.',
    );
    await expect(balancer.setWeights('Production', { Red: 1 })).rejects.toThrow(
      'Rule Production does not forward to "Red": must be one of Blue, Green.',
    );
    await expect(balancer.health('Red')).rejects.toThrow('There is no target group "Red": must be one of Blue, Green.');
    await expect(balancer.deregister('Blue', 'web-1')).rejects.toThrow(
      'Target web-1 is not registered with Blue; registered: none.',
    );
  });
});

it('tells the target who asks, as an Application Load Balancer does', async () => {
  const { balancer } = await twoColours();
  const heard = async (headers: Record<string, string> = {}) =>
    JSON.parse((await ask(balancer, { address: '198.51.100.9', headers })).body).headers;
  expect(await heard()).toMatchObject({
    host: HOST,
    'x-forwarded-for': '198.51.100.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '443',
    'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9A-F]{8}-[0-9A-F]{24}$/),
  });
  expect(await heard({ 'x-forwarded-for': '192.0.2.1', 'x-amzn-trace-id': 'Root=1-2-3' })).toMatchObject({
    'x-forwarded-for': '192.0.2.1, 198.51.100.9',
    'x-amzn-trace-id': expect.stringMatching(/^Self=1-[0-9A-F]{8}-[0-9A-F]{24};Root=1-2-3$/),
  });
});

it('drops headers with other characters in their names where the load balancer is told to', async () => {
  const headers = { x_token: 'underscored', 'x-token': 'hyphenated' };
  for (const dropInvalidHeaderFields of [true, false]) {
    const { balancer } = await twoColours({ dropInvalidHeaderFields });
    const heard = JSON.parse((await ask(balancer, { headers })).body).headers;
    expect(heard['x-token']).toBe('hyphenated');
    expect(heard.x_token).toBe(dropInvalidHeaderFields ? undefined : 'underscored');
  }
});

it('answers with nothing where the default action says nothing', async () => {
  const { balancer } = await twoColours({ defaultResponse: { status: 404, contentType: 'text/plain', body: '' } });
  expect(await ask(balancer, { headers: { host: 'elsewhere.test' } })).toMatchObject({
    status: 404,
    body: '',
    target: undefined,
  });
});

describe('stickiness', () => {
  it('keeps a client with its target group for as long as the rule says, counted from the first answer', async () => {
    const { balancer, blue } = await twoColours({ rules: [rule('Production', 20, { groupStickiness: 1.5 })] });
    const first = await ask(balancer);
    const bound = { cookie: first.cookies.join('; ') };
    expect(first.cookies).toEqual([expect.stringMatching(/^AWSALBTG=Production\.Blue\.\d{13}$/)]);
    const until = Number(first.cookies[0]?.split('.')[2]);

    await balancer.setWeights('Production', { Blue: 0, Green: 100 });
    expect((await ask(balancer)).target).toBe('green/web-2');
    const again = await ask(balancer, { headers: bound });
    // A busy machine may have taken longer.
    if (Date.now() < until) expect(again).toMatchObject({ target: 'blue/web-1', cookies: [] });

    await balancer.deregister('Blue', blue.id);
    const nobody = await ask(balancer, { headers: bound });
    if (Date.now() < until) expect(nobody).toMatchObject({ status: 503, target: undefined });

    await sleep(until - Date.now() + 50);
    expect(await ask(balancer, { headers: bound })).toMatchObject({
      target: 'green/web-2',
      cookies: [expect.stringMatching(/^AWSALBTG=Production\.Green\.\d{13}$/)],
    });
  });

  it('keeps a client with its target, and sends it to another at once when that is deregistered', async () => {
    const balancer = await balance({ targetGroups: [targetGroup('Blue', { stickiness: 60 }), targetGroup('Green')] });
    const targets = await Promise.all(['web-1', 'web-2', 'web-3'].map((id) => put(balancer, 'Blue', id)));
    const first = await ask(balancer);
    const headers = { cookie: first.cookies.join('; ') };
    expect(first.cookies).toEqual([expect.stringMatching(/^AWSALB=/)]);
    expect(new Set(await many(12, () => ask(balancer, { headers })))).toEqual(new Set([`200 ${first.target}`]));
    expect(new Set(await many(12, () => ask(balancer))).size).toBe(3);

    const [left = ''] = targets.map(({ id }) => id).filter((id) => first.target === `blue/${id}`);
    await balancer.deregister('Blue', left);
    const others = new Set(await many(12, () => ask(balancer, { headers })));
    expect(others).not.toContain(`200 ${first.target}`);
    expect(others.size).toBe(2);

    // Its slot is the next one's, but its cookie is not.
    await balancer.complete('Blue', left);
    await put(balancer, 'Blue', 'web-4');
    expect(new Set(await many(12, () => ask(balancer, { headers }))).size).toBe(3);
  });
});

describe('health checks', () => {
  it('sends nothing to a target before it has passed, nor while it fails', async () => {
    const balancer = await balance({
      targetGroups: [
        targetGroup('Blue', { healthCheck: { ...targetGroup('').healthCheck, codes: '200-204,210' } }),
        // So far apart that a target is seen before its first checks.
        targetGroup('Green', { healthCheck: { ...targetGroup('').healthCheck, interval: 20 } }),
      ],
    });
    const target = await serve('web-1');
    await balancer.register('Green', target);
    await balancer.setWeights('Production', { Green: 1 });
    expect(await balancer.health('Green')).toEqual({ 'web-1': 'initial' });
    expect((await ask(balancer)).status).toBe(503);
    expect((await balancer.counters()).Green).toMatchObject({ healthyHosts: 0, unhealthyHosts: 0 });

    await balancer.setWeights('Production', { Blue: 1 });
    await balancer.register('Blue', target);
    const is = (health: string) => eventually(async () => (await balancer.health('Blue'))['web-1'] === health);
    await is('healthy');
    expect((await ask(balancer)).target).toBe('blue/web-1');
    expect((await balancer.counters()).Blue).toMatchObject({ healthyHosts: 1, unhealthyHosts: 0 });

    target.health = 205;
    await is('unhealthy');
    expect((await ask(balancer)).status).toBe(503);
    expect((await balancer.counters()).Blue).toMatchObject({ healthyHosts: 0, unhealthyHosts: 1 });

    target.health = 210;
    await is('healthy');
    expect((await ask(balancer)).target).toBe('blue/web-1');
  });

  it('sends nothing to one that is being registered beside another', async () => {
    const balancer = await balance();
    await put(balancer, 'Blue', 'web-1');
    const connection = await dial(balancer);
    running.push({ stop: () => connection.destroy() });
    const failing = await serve('web-2');
    failing.health = 503;
    let on = true;
    const user = async () => {
      while (on) expect((await askOver(connection)).target).toBe('blue/web-1');
    };
    const asking = user();
    // Back and forth, since a moment is easily missed.
    for (let times = 0; times < 20; times += 1) {
      await balancer.register('Blue', failing);
      await balancer.complete('Blue', failing.id);
    }
    on = false;
    await asking;
    expect(failing.asked).toEqual([]);
  });

  it('calls a target unhealthy that never passes', async () => {
    const balancer = await balance();
    const target = await serve('web-1');
    target.health = 503;
    await balancer.register('Blue', target);
    await eventually(async () => (await balancer.health('Blue'))['web-1'] === 'unhealthy');
    expect(await balancer.lastCheck('Blue', 'web-1')).toBe('was answered 503');
    expect((await ask(balancer)).status).toBe(503);
  });
});

describe('deregistration', () => {
  it('lets a request in flight go on, cuts it in the end, and has the slot free again', async () => {
    const { balancer, blue } = await twoColours();
    const patient = ask(balancer, { path: '/held' });
    await eventually(() => blue.waiting === 1);
    const slow = ask(balancer, { path: '/held' }).then(
      ({ status }) => `${status}`,
      ({ code }) => code,
    );
    await eventually(() => blue.waiting === 2);
    await balancer.deregister('Blue', 'web-1');
    expect(await balancer.health('Blue')).toEqual({ 'web-1': 'draining' });
    expect((await ask(balancer)).status).toBe(503);
    blue.release();
    expect(await patient).toMatchObject({ status: 200, target: 'blue/web-1', body: 'released' });

    await balancer.complete('Blue', 'web-1');
    expect(await slow).toMatch(/^(50\d|ECONNRESET)$/);
    expect(await balancer.health('Blue')).toEqual({});
    await Promise.all(['web-3', 'web-4', 'web-5', 'web-6'].map((id) => put(balancer, 'Blue', id)));
    const fifth = await serve('web-7');
    await expect(balancer.register('Blue', fifth)).rejects.toThrow(/Blue has 4 targets, and no slot for web-7/);
    expect((await ask(balancer)).target).toMatch(/^blue\/web-[3-6]$/);
  });
});

describe('failures of targets', () => {
  it('counts answers of targets by their group, and not its own', async () => {
    const { balancer } = await twoColours();
    expect((await ask(balancer, { path: '/error' })).status).toBe(500);
    expect((await ask(balancer)).status).toBe(200);
    expect((await ask(balancer, { path: '/cut' })).status).toBe(502);
    expect((await ask(balancer, { headers: { host: 'nobody.test' } })).status).toBe(503);
    await balancer.setWeights('Production', { Green: 1 });
    expect((await ask(balancer)).status).toBe(200);
    expect(await balancer.counters()).toEqual({
      Blue: { requests: 2, target5xx: 1, healthyHosts: 1, unhealthyHosts: 0 },
      Green: { requests: 1, target5xx: 0, healthyHosts: 1, unhealthyHosts: 0 },
    });
  });

  it('lets a request fail whose target closes the connection, and never tries it again', async () => {
    const { balancer, blue } = await twoColours();
    const connection = await dial(balancer);
    running.push({ stop: () => connection.destroy() });
    await askOver(connection);
    // Over the pooled connection to the target, by another client and by one that has used it.
    expect((await ask(balancer, { path: '/cut' })).status).toBe(502);
    await askOver(connection);
    const outcome = askOver(connection, { path: '/cut' }).then(
      ({ status }) => `${status}`,
      ({ code }) => code,
    );
    expect(await outcome).toMatch(/^(502|ECONNRESET)$/);
    expect(blue.asked).toEqual(['/', '/cut', '/', '/cut']);
  });

  it('answers 504 for a target that says nothing for as long as the idle timeout', async () => {
    const { balancer } = await twoColours({ idleTimeout: 1 });
    expect((await ask(balancer, { path: '/held' })).status).toBe(504);
    expect((await balancer.counters()).Blue).toMatchObject({ requests: 0, target5xx: 0 });
  });
});

describe('WebSockets', () => {
  it('go through with the name of their target, and are cut by the idle timeout and not by a shift', async () => {
    const { balancer } = await twoColours({ idleTimeout: 2 });
    const agent = await dial(balancer);
    const socket = new WebSocket(`ws://${HOST}/`, { agent });
    const [upgrade] = await once(socket, 'upgrade');
    expect(upgrade.headers['x-rehearsal-target']).toBe('blue/web-1');
    await balancer.setWeights('Production', { Green: 100 });
    await balancer.deregister('Blue', 'web-1');
    await sleep(1100);
    socket.send('a word');
    expect(String((await once(socket, 'message'))[0])).toBe('web-1 heard a word');
    // Longer after that than it would have been from the beginning.
    const spoken = Date.now();
    await once(socket, 'close');
    expect(Date.now() - spoken).toBeGreaterThan(1900);
  });

  it('are cut when the deregistration is complete', async () => {
    const { balancer } = await twoColours();
    const socket = new WebSocket(`ws://${HOST}/`, { agent: await dial(balancer) });
    await once(socket, 'open');
    let closed = false;
    socket.on('close', () => {
      closed = true;
    });
    await balancer.deregister('Blue', 'web-1');
    await sleep(200);
    expect(closed).toBe(false);
    await balancer.complete('Blue', 'web-1');
    await eventually(() => closed);
  });
});

it('takes a client without the PROXY protocol at its other port, by the same rules', async () => {
  const { balancer } = await twoColours();
  const asked = request({
    ...{ host: '127.0.0.1', port: balancer.directPort, servername: HOST, ca: certificate.caPem },
    headers: { host: `${HOST}:${balancer.directPort}` },
  });
  asked.end();
  const [response] = await once(asked, 'response');
  expect(response.headers['x-rehearsal-target']).toBe('blue/web-1');
  expect(JSON.parse(await text(response)).headers['x-forwarded-for']).toBe('127.0.0.1');
});

it('takes HTTP/2', async () => {
  const { balancer } = await twoColours();
  const session = connect(`https://${HOST}`, {
    createConnection: () =>
      connectTls({
        ...{ host: '127.0.0.1', port: balancer.directPort, servername: HOST, ca: certificate.caPem },
        ALPNProtocols: ['h2'],
      }),
  });
  running.push({ stop: () => session.destroy() });
  const stream = session.request({ ':path': '/' });
  const [headers] = await once(stream, 'response');
  expect(headers).toMatchObject({ ':status': 200, 'x-rehearsal-target': 'blue/web-1' });
  expect(JSON.parse(await text(stream)).headers.host).toBe(HOST);
});

it('says what HAProxy has against its configuration', async () => {
  const description = describeLoadBalancer({ defaultResponse: { status: 99, contentType: 'text/plain', body: '' } });
  await expect(startLoadBalancer({ description, certificate })).rejects.toThrow(
    /HAProxy ended before it was ready[\s\S]*status code/,
  );
});
