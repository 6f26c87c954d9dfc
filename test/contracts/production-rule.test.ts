import { everyResource } from '../synthesise';

const rules = everyResource().filter(({ Type }) => Type === 'AWS::ElasticLoadBalancingV2::ListenerRule');
it('has rules', () => expect(rules.length).toBeGreaterThan(0));
