import { type Located, listIn, textIn, unreadable } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

const secretIn = (region: string): Finding => ({
  ...{ id: 'secrets', kind: 'fixed', what: 'Secrets', count: 1, amount: 1, region, price: 'secrets/secret' },
});

/** Those of the template and their replicas, and the password that RDS keeps for a database. */
export const secrets: Pricing = {
  types: ['AWS::SecretsManager::Secret'],
  findings(estate) {
    const stated = estate.of('AWS::SecretsManager::Secret');
    const passwords = estate
      .of('AWS::RDS::DBInstance')
      .filter(({ properties }) => properties.ManageMasterUserPassword === true);
    const [first] = stated;
    return [
      ...[...stated, ...passwords].map(({ region }) => secretIn(region)),
      ...stated.flatMap(replicas),
      ...(first === undefined
        ? []
        : [
            {
              ...({ id: 'secrets/requests', kind: 'usage', what: 'Reads of secrets' } as const),
              ...{ amount: estate.assumed('secretReads'), region: first.region, price: 'secrets/requests' },
            },
          ]),
    ];
  },
};

const replicas = (secret: Located): Finding[] =>
  listIn(secret.properties.ReplicaRegions).map(({ Region }) => {
    const region = textIn(Region);
    return region === undefined ? unreadable(secret, 'the region of a replica') : secretIn(region);
  });
