import { FeatureFlags, featureFlags } from '../../src/config/feature-flags';

const flags = {
  tokenRequestFlow: 'ENABLE_TOKEN_REQUEST_FLOW',
  resumeReviewSpend: 'ENABLE_RESUME_REVIEW_SPEND',
  starterBundle: 'ENABLE_STARTER_BUNDLE',
  grantAudit: 'ENABLE_GRANT_AUDIT',
  applicationMeetings: 'ENABLE_APPLICATION_MEETINGS',
} as const;
const names = Object.keys(flags) as (keyof typeof flags)[];

it('has five flags', () => {
  expect(Object.keys(FeatureFlags)).toEqual(names);
});

it.each(names)('%s is off for exactly false and 0', (flag) => {
  const isOn = (value: string | undefined) => featureFlags({ [flags[flag]]: value })[flag]();
  expect(['false', '0'].map(isOn)).toEqual([false, false]);
  const others = [undefined, '', 'true', '1', 'yes', 'FALSE', 'False', 'no', 'off', ' false', '0 ', '00'];
  expect(others.map(isOn)).toEqual(others.map(() => true));
});

it.each(names)('%s listens to its own variable alone', (flag) => {
  const others = names.filter((name) => name !== flag);
  const source = featureFlags({ [flags[flag]]: 'false' });
  expect(others.map((name) => source[name]())).toEqual([true, true, true, true]);
});

it('reads the process on every call', () => {
  delete process.env.ENABLE_TOKEN_REQUEST_FLOW;
  expect(FeatureFlags.tokenRequestFlow()).toBe(true);
  process.env.ENABLE_TOKEN_REQUEST_FLOW = 'false';
  expect(FeatureFlags.tokenRequestFlow()).toBe(false);
  delete process.env.ENABLE_TOKEN_REQUEST_FLOW;
  expect(FeatureFlags.tokenRequestFlow()).toBe(true);
});
