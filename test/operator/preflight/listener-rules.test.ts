import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { differences } from '../../../operator/preflight/listener-rules';

const group = (name: string, Weight: number) => ({ TargetGroupArn: `arn:${name}`, Weight });
const forward = (...TargetGroups: readonly object[]) => ({
  Type: 'forward' as const,
  ForwardConfig: {
    TargetGroups: [...TargetGroups],
    TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 1 },
  },
});
const template = {
  Priority: 20 as unknown as string,
  Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['a.example.com', 'b.example.com'] } }],
  Actions: [forward(group('blue', 100), group('green', 0))],
};
const live: Rule = {
  ...{ RuleArn: 'arn:rule', IsDefault: false, Priority: '20' },
  // AWS repeats what a condition of the older kind would say.
  Conditions: [
    {
      ...{ Field: 'host-header', Values: ['b.example.com', 'a.example.com'] },
      HostHeaderConfig: { Values: ['b.example.com', 'a.example.com'] },
    },
  ],
  Actions: [{ ...forward(group('green', 100), group('blue', 0)), Order: 1 }],
};
const of = (changed: Partial<Rule>) => differences({ logicalId: 'Rule', live: { ...live, ...changed }, template });

it('is content with weights that ECS has moved to the other colour', () => {
  expect(of({})).toEqual([]);
});

it.each<[string, Partial<Rule>, RegExp]>([
  [
    'weights of a shift',
    { Actions: [forward(group('green', 60), group('blue', 40))] },
    /^weights: 60 to 40; .* 100 to 0$/,
  ],
  ['another priority', { Priority: '5' }, /^priority: 5; the template has 20$/],
  [
    'a host more',
    { Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['a.example.com', 'b.example.com', 'c'] } }] },
    /^conditions: .*"c"/,
  ],
  [
    'a condition more',
    { Conditions: [...(live.Conditions ?? []), { Field: 'source-ip' }] },
    /^conditions: .*source-ip/,
  ],
  ['another group', { Actions: [forward(group('red', 100), group('blue', 0))] }, /^actions: .*arn:red/],
  [
    'no stickiness',
    { Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [group('green', 100), group('blue', 0)] } }] },
    /^actions: /,
  ],
  ['a redirect', { Actions: [{ Type: 'redirect' }] }, /^actions: .*redirect/],
])('names %s', (_, changed, named) => {
  expect(of(changed)[0]).toMatch(named);
});

it('knows a rule that somebody made by hand', () => {
  expect(differences({ live })).toEqual(['it is in no template: somebody made it by hand']);
});
