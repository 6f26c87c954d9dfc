import type { GuardedStack, Properties, Resource } from '../../diff-guard/assembly/guarded-stack';

/** A stack of production in Mumbai with these resources, by logical id. */
export const draftStack = (
  resources: Readonly<Record<string, readonly [type: string, properties?: Properties]>>,
  place: Partial<Pick<GuardedStack, 'environment' | 'region' | 'path' | 'id'>> = {},
): GuardedStack => ({
  ...{ environment: 'production', id: 'draft', path: 'production/draft', stackName: 'draft' },
  ...{ account: '000000000002', region: 'ap-south-1', terminationProtection: false },
  template: {
    Resources: Object.fromEntries(
      Object.entries(resources).map(([id, [Type, Properties]]): [string, Resource] => [id, { Type, Properties }]),
    ),
  },
  ...{ acknowledgements: [], constructPaths: {} },
  ...place,
});
