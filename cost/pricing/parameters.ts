import type { Pricing } from './pricing';

const standardTier = 'Standard';

export const parameters: Pricing = {
  types: ['AWS::SSM::Parameter'],
  findings: (estate) =>
    estate.of('AWS::SSM::Parameter').map(({ properties, logicalId }) =>
      (properties.Tier ?? standardTier) === standardTier
        ? { free: 'AWS::SSM::Parameter', why: 'parameters of the standard tier cost nothing', count: 1 }
        : {
            gap: `Parameter ${logicalId} of the tier ${JSON.stringify(properties.Tier)}`,
            why: 'only the standard tier costs nothing',
            remedy: 'leave Tier out, or price it in cost/pricing/parameters.ts',
          },
    ),
};
