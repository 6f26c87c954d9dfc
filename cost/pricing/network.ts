import { type Estate, hoursPerMonth, type Located, listIn, unreadable } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

export const network: Pricing = {
  types: ['AWS::EC2::NatGateway', 'AWS::EC2::EIP', 'AWS::EC2::VPCEndpoint'],
  findings: (estate) => [...gateways(estate), ...addresses(estate), ...endpoints(estate)],
};

function gateways(estate: Estate): Finding[] {
  const all = estate.of('AWS::EC2::NatGateway');
  const [first] = all;
  if (first === undefined) return [];
  return [
    ...all.map(
      ({ region }): Finding => ({
        ...{
          id: 'nat',
          kind: 'fixed',
          what: 'NAT gateways',
          count: 1,
          amount: hoursPerMonth,
          region,
          price: 'nat/hour',
        },
      }),
    ),
    {
      ...{ id: 'nat/data', kind: 'usage', what: 'Data through the NAT gateways', amount: estate.assumed('natGb') },
      ...{ region: first.region, price: 'nat/data' },
    },
  ];
}

/** Of load balancers, too: one in each of their subnets. */
export const address = (count: number, region: string): Finding => ({
  ...{ id: 'addresses', kind: 'fixed', what: 'Public IPv4 addresses', count, amount: count * hoursPerMonth },
  ...{ region, price: 'ipv4/address' },
});

const addresses = (estate: Estate): Finding[] => estate.of('AWS::EC2::EIP').map(({ region }) => address(1, region));

function endpoints(estate: Estate): Finding[] {
  const all = estate.of('AWS::EC2::VPCEndpoint');
  const paid = all.filter(({ properties }) => (properties.VpcEndpointType ?? 'Gateway') !== 'Gateway');
  const [first] = paid;
  const gatewayCount = all.length - paid.length;
  return [
    ...(gatewayCount > 0
      ? [{ free: 'AWS::EC2::VPCEndpoint', why: 'gateway endpoints cost nothing', count: gatewayCount }]
      : []),
    ...paid.map(endpointHours),
    ...(first === undefined
      ? []
      : [
          {
            ...({ id: 'endpoints/data', kind: 'usage', what: 'Data through the interface endpoints' } as const),
            ...{ amount: estate.assumed('endpointGb'), region: first.region, price: 'endpoint/data' },
          },
        ]),
  ];
}

function endpointHours(endpoint: Located): Finding {
  const { properties, region } = endpoint;
  const zones = listIn(properties.SubnetIds).length;
  if (properties.VpcEndpointType !== 'Interface' || zones === 0)
    return unreadable(endpoint, 'VpcEndpointType or SubnetIds');
  return {
    ...{ id: 'endpoints', kind: 'fixed', what: 'Interface endpoints, in each zone', count: zones },
    ...{ amount: zones * hoursPerMonth, region, price: 'endpoint/hour' },
  };
}
