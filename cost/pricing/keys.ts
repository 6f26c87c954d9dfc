import type { Pricing } from './pricing';

/** A key, and each of at most two older versions of one that rotates. */
export const keys: Pricing = {
  types: ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'],
  findings(estate) {
    const all = estate.of('AWS::KMS::Key', 'AWS::KMS::ReplicaKey');
    const [first] = all;
    if (first === undefined) return [];
    const rotating = all.filter(({ properties }) => properties.EnableKeyRotation === true);
    return [
      ...all.map(({ region }) => ({
        ...({ id: 'keys', kind: 'fixed', what: 'Encryption keys', count: 1, amount: 1 } as const),
        ...{ region, price: 'kms/key' },
      })),
      {
        ...{ id: 'keys/versions', kind: 'usage', what: 'Older versions of rotated keys' },
        ...{
          amount: rotating.length * Math.min(2, estate.assumed('keyVersions')),
          region: first.region,
          price: 'kms/key',
        },
      },
      {
        ...{ id: 'keys/requests', kind: 'usage', what: 'Uses of encryption keys' },
        ...{ amount: estate.assumed('keyRequests'), region: first.region, price: 'kms/requests' },
      },
    ];
  },
};
