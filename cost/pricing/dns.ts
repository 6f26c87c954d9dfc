import type { Pricing } from './pricing';

export const dns: Pricing = {
  types: ['AWS::Route53::HostedZone'],
  findings(estate) {
    const zones = estate.of('AWS::Route53::HostedZone');
    if (zones.length === 0) return [];
    return [
      ...zones.map(() => ({
        ...({
          id: 'dns',
          kind: 'fixed',
          what: 'DNS zones',
          count: 1,
          amount: 1,
          region: 'everywhere',
          price: 'route53/zone',
        } as const),
      })),
      {
        ...{ id: 'dns/queries', kind: 'usage', what: 'DNS queries', amount: estate.assumed('dnsQueries') },
        ...{ region: 'everywhere', price: 'route53/queries' },
      },
    ];
  },
};
