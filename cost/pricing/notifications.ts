import type { Estate } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

/** Protocols whose delivery costs nothing beside what receives it. */
const freeProtocols = ['lambda', 'sqs'];

/** Every message of an environment goes to each of its topics' receivers. */
export const notifications: Pricing = {
  types: ['AWS::SNS::Topic', 'AWS::SNS::Subscription'],
  findings: (estate) => [
    ...estate.of('AWS::SNS::Topic').map(
      ({ region }): Finding => ({
        ...{ id: 'notifications', kind: 'usage', what: 'Messages to topics' },
        ...{ amount: thousands(estate) / 1000, region, price: 'sns/publish' },
      }),
    ),
    ...estate.of('AWS::SNS::Subscription').map(({ properties, region }): Finding => {
      const protocol = String(properties.Protocol);
      if (/^email/.test(protocol))
        return {
          ...{ id: 'notifications/email', kind: 'usage', what: 'Mails of alarms' },
          ...{ amount: thousands(estate) / 100, region, price: 'sns/email' },
        };
      if (/^https?$/.test(protocol))
        return {
          ...{ id: 'notifications/https', kind: 'usage', what: 'Messages to web hooks' },
          ...{ amount: thousands(estate) / 1000, region, price: 'sns/https' },
        };
      if (freeProtocols.includes(protocol))
        return { free: 'AWS::SNS::Subscription', why: `delivery by ${protocol} costs nothing` };
      return {
        gap: `Messages by ${protocol}`,
        why: 'only mail, web hooks, functions and queues are priced',
        remedy: 'price it in cost/pricing/notifications.ts',
      };
    }),
  ],
};

const thousands = (estate: Estate): number => estate.assumed('notifications');
