import { textIn, within } from '../estate';
import type { Pricing } from './pricing';

/** Users are in India. Without Indian locations (PriceClass_100) they are served from America and Europe. */
export const cdn: Pricing = {
  types: ['AWS::CloudFront::Distribution'],
  findings(estate) {
    const [first] = estate.of('AWS::CloudFront::Distribution');
    if (first === undefined) return [];
    const priceClass = textIn(within(first.properties, 'DistributionConfig', 'PriceClass')) ?? 'PriceClass_All';
    const place = priceClass === 'PriceClass_100' ? 'america-europe' : 'india';
    return [
      {
        ...{ id: 'cdn/data', kind: 'usage', what: 'Data from the CDN', amount: estate.assumed('cdnGb') },
        ...{ region: 'everywhere', price: `cloudfront/data/${place}` },
      },
      {
        ...{ id: 'cdn/requests', kind: 'usage', what: 'Requests to the CDN', amount: estate.assumed('cdnRequests') },
        ...{ region: 'everywhere', price: 'cloudfront/requests' },
      },
    ];
  },
};
