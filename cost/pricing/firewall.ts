import { type Estate, type Located, listIn } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

/** Groups of rules that AWS charges for beside the rule. */
const paidRules = /AWSManagedRules(BotControl|ATP|ACFP|AntiDDoS)RuleSet/;

export const firewall: Pricing = {
  types: ['AWS::WAFv2::WebACL'],
  findings: (estate) => estate.of('AWS::WAFv2::WebACL').flatMap((acl) => aclOf(estate, acl)),
};

function aclOf(estate: Estate, { properties, region }: Located): Finding[] {
  const rules = listIn(properties.Rules);
  const [where, requests] =
    properties.Scope === 'CLOUDFRONT'
      ? (['the CDN', estate.assumed('cdnRequests')] as const)
      : (['the API', estate.assumed('requests')] as const);
  const paid = rules.filter((rule) => paidRules.test(JSON.stringify(rule)));
  return [
    {
      ...{ id: 'firewall', kind: 'fixed', what: 'Web firewalls', count: 1, amount: 1, region, price: 'waf/acl' },
    },
    {
      ...{ id: 'firewall/rules', kind: 'fixed', what: 'Rules of web firewalls', count: rules.length },
      ...{ amount: rules.length, region, price: 'waf/rule' },
    },
    {
      ...{ id: `firewall/requests/${where}`, kind: 'usage', what: `Requests through the firewall of ${where}` },
      ...{ amount: requests, region, price: 'waf/requests' },
    },
    ...paid.map(
      ({ Name }): Finding => ({
        gap: `Rule ${String(Name)} of a web firewall`,
        why: 'AWS charges for its rule group beside the rule',
        remedy: 'price it in cost/pricing/firewall.ts',
      }),
    ),
  ];
}
