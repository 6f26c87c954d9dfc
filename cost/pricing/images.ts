import { listIn, within } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

export const images: Pricing = {
  types: ['AWS::ECR::Repository', 'AWS::ECR::ReplicationConfiguration'],
  findings: (estate) => [
    ...estate.of('AWS::ECR::Repository').map(
      ({ region }): Finding => ({
        ...{ id: 'images', kind: 'usage', what: 'Container images', amount: estate.assumed('imagesGb') },
        ...{ region, price: 'ecr/storage' },
      }),
    ),
    ...estate.of('AWS::ECR::ReplicationConfiguration').flatMap(({ properties, region }): Finding[] => {
      const regions = listIn(within(properties, 'ReplicationConfiguration', 'Rules'))
        .flatMap(({ Destinations }) => listIn(Destinations))
        .map(({ Region }) => Region);
      const away = regions.filter((each) => each !== region).length;
      if (away === 0)
        return [{ free: 'AWS::ECR::ReplicationConfiguration', why: 'copies within a region cost nothing' }];
      return [
        {
          ...{ id: 'images/copied', kind: 'usage', what: 'Copying images to other regions' },
          ...{ amount: away * estate.assumed('imagesReplicatedGb'), region, price: 'transfer/region' },
        },
      ];
    }),
  ],
};
