import { environments } from '../../../lib/config/environments';
import { Site } from '../../../operator/preflight/site';

it('looks at the stack of the recovery region where there is one, and in that region', () => {
  const site = new Site({ target: { environment: 'production', account: '123456789012' } });
  expect(site.stacks).toContain('recovery');
  expect(site.regionOf('recovery')).toBe(environments.production.recoveryRegion);
  expect(site.regionOf('storage')).toBe(environments.production.region);
  expect(site.regionOf('cdn')).toBe('us-east-1');
  expect(new Site({ target: { environment: 'staging', account: '123456789012' } }).stacks).not.toContain('recovery');
});
