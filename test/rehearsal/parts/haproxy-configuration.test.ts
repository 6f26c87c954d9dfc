import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Certificates, issueCertificates } from '../../../local/certificates';
import { findHaproxyServer } from '../../../local/haproxy-server';
import type { LoadBalancerDescription } from '../../../rehearsal/assembly/deployment';
import { haproxyConfiguration, haproxyFiles, slotNames } from '../../../rehearsal/parts/haproxy-configuration';
import { shares } from '../../../rehearsal/parts/haproxy-listener';
import { describeLoadBalancer, rule, targetGroup } from './balanced';

const execute = promisify(execFile);
const ports = { proxied: 20_001, direct: 20_002 };

let certificates: Certificates;
let folder: string;
beforeAll(async () => {
  certificates = await issueCertificates(['api.example.test']);
  folder = mkdtempSync(join(tmpdir(), 'mr-mentor-haproxy-configuration-'));
  writeFileSync(join(folder, haproxyFiles.certificate), `${certificates.cert}\n${certificates.key}`);
  for (const map of [haproxyFiles.shares, haproxyFiles.targets]) writeFileSync(join(folder, map), '');
});
afterAll(() => {
  certificates.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** What HAProxy says of it, warnings being errors. */
async function check(description: LoadBalancerDescription): Promise<string> {
  writeFileSync(join(folder, haproxyFiles.configuration), haproxyConfiguration(description, ports, 16));
  const { command, environment } = await findHaproxyServer();
  const { stdout, stderr } = await execute(command, ['-c', '-dW', '-V', '-f', haproxyFiles.configuration], {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  return stdout + stderr;
}

const groups = ['WebReleaseBlue3787C3C0', 'WebReleaseGreen3F49E951'].map((id) => targetGroup(id, { stickiness: 3600 }));
const weights = { WebReleaseBlue3787C3C0: 100, WebReleaseGreen3F49E951: 0 };
const blueGreen = (...hosts: string[]) => {
  const headers = [{ name: 'x-mr-mentor-release', values: ['green'] }];
  return describeLoadBalancer({
    idleTimeout: 60,
    rules: [
      rule('WebReleaseTestRule41B6D56B', 10, { hosts, headers, weights, groupStickiness: 1 }),
      rule('WebReleaseProductionRuleBC930116', 20, { hosts, weights, groupStickiness: 0.1 }),
    ],
    targetGroups: groups,
  });
};

it.each([
  [
    'development',
    describeLoadBalancer({
      rules: [rule('WebProductionRule64DA67B6', 20, { hosts: ['dev.test'], weights: { WebTargets2D282C48: 1 } })],
      targetGroups: [targetGroup('WebTargets2D282C48', { stickiness: 3600 })],
    }),
  ],
  ['staging and demo', blueGreen('staging.test')],
  ['production', blueGreen('api.one.test', 'api.two.test')],
  ['rules without conditions or stickiness', describeLoadBalancer({ rules: [rule('Any', 1, { hosts: [] })] })],
  ['no rules', describeLoadBalancer({ rules: [], targetGroups: [] })],
  [
    'values that mean something to HAProxy',
    describeLoadBalancer({
      defaultResponse: {
        status: 404,
        contentType: 'text/plain; charset="utf-8"',
        body: `it's "50 %" of\n$HOME \\ # ünï`,
      },
      rules: [
        rule('Awkward', 1, {
          hosts: ['*.a b.test', '-i', '--'],
          // biome-ignore lint/suspicious/noTemplateCurlyInString: HAProxy has such a template too
          headers: [{ name: 'x-a', values: ["'", '"', '}', '{ x }', '#', '\\', '${HOME}', '%[src]', ' '] }],
          paths: ["/it's/*", '/a b', '/?'],
        }),
      ],
      targetGroups: [
        targetGroup('Blue', { healthCheck: { ...targetGroup('').healthCheck, path: "/a?b=it's#c d%20e" } }),
        targetGroup('Green', { stickiness: 0.05 }),
      ],
    }),
  ],
])('is valid for HAProxy, without a warning: %s', async (_, description) => {
  expect(await check(description)).toMatch(/Configuration file is valid/);
});

it.each<[string, Partial<LoadBalancerDescription>, string]>([
  ['a target group', { targetGroups: [targetGroup('Blue Group')] }, `"Blue Group" can't be a name`],
  ['a rule', { rules: [rule('a)', 1)] }, `"a)" can't be a name`],
  ['a header', { rules: [rule('A', 1, { headers: [{ name: 'x,y', values: ['1'] }] })] }, `"x,y" can't be a name`],
  ['a host', { rules: [rule('A', 1, { hosts: ['a\u0007'] })] }, 'has the control character'],
  ['a group of a rule', { rules: [rule('A', 1, { weights: { 'x y': 1 } })] }, `"x y" can't be a name`],
  ['the idle timeout', { idleTimeout: 0 }, 'A duration is 0 s'],
])('refuses %s that it cannot write', (_, overrides, message) => {
  expect(() => haproxyConfiguration(describeLoadBalancer(overrides), ports, 16)).toThrow(message);
});

it('asks by priority, whatever the order in which the rules are written', () => {
  const text = haproxyConfiguration(describeLoadBalancer({ rules: [rule('Last', 20), rule('First', 3)] }), ports, 16);
  expect(text.indexOf('str(First)')).toBeLessThan(text.indexOf('str(Last)'));
});

it('names the slots of a group', () => expect(slotNames(targetGroup('Blue'), 2)).toEqual(['Blue-1', 'Blue-2']));

it.each([
  [{ Blue: 100, Green: 0 }, '10000.10000.10000'],
  [{ Blue: 0, Green: 100 }, '0.10000.10000'],
  [{ Red: 1 }, '0.0.10000'],
  [{ Blue: 1, Green: 1, Red: 1 }, '3333.6667.10000'],
  [{ Blue: 999, Green: 1 }, '9990.10000.10000'],
  [{}, '0.0.0'],
])('shares out %j', (changed, expected) => {
  expect(shares(rule('Production', 1, { weights: { Blue: 1, Green: 1, Red: 1 } }), changed)).toBe(expected);
});

it.each([-1, 1000, 0.5, Number.NaN])('refuses the weight %d', (weight) => {
  expect(() => shares(rule('Production', 1), { Blue: weight })).toThrow(
    `The weight of Blue in rule Production is ${weight}: must be a whole number from 0 to 999.`,
  );
});
