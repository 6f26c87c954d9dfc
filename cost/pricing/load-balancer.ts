import { type Estate, hoursPerMonth, type Located, listIn, unreadable } from '../estate';
import type { Finding } from '../line';
import { address } from './network';
import type { Pricing } from './pricing';

/** The load balancer, and the traffic that passes it. */
export const loadBalancer: Pricing = {
  types: ['AWS::ElasticLoadBalancingV2::LoadBalancer'],
  findings: (estate) =>
    estate.of('AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap((balancer) => balancerOf(estate, balancer)),
};

function balancerOf(estate: Estate, balancer: Located): Finding[] {
  const { properties, region } = balancer;
  if ((properties.Type ?? 'application') !== 'application')
    return [
      {
        gap: `Load balancer of the type ${JSON.stringify(properties.Type)}`,
        why: 'only application load balancers are priced',
        remedy: 'price it in cost/pricing/load-balancer.ts',
      },
    ];
  const zones = listIn(properties.Subnets).length;
  if (zones === 0) return [unreadable(balancer, 'Subnets')];
  const usage = (id: string, what: string, amount: number, price: string): Finding => ({
    ...{ id, kind: 'usage', what, amount, region, price },
  });
  const capacity = estate.assumed('capacityUnits') * hoursPerMonth;
  return [
    {
      ...{ id: 'balancer', kind: 'fixed', what: 'Load balancers', count: 1, amount: hoursPerMonth },
      ...{ region, price: 'alb/hour' },
    },
    ...(properties.Scheme === 'internet-facing' ? [address(zones, region)] : []),
    usage('balancer/capacity', 'Load balancer capacity', capacity, 'alb/capacity'),
    usage('traffic/internet', 'Data from the API to the internet', estate.assumed('internetGb'), 'transfer/internet'),
    // Both ends pay.
    usage('traffic/zones', 'Data between availability zones', 2 * estate.assumed('zoneGb'), 'transfer/zone'),
  ];
}
