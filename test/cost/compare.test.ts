import { compareEstimates } from '../../cost/compare';
import { estimate } from '../../cost/estimate';
import { priceList } from '../../cost/price-list';
import { differenceSentence, nameOf } from '../../cost/report/text';
import { type Draft, deployedStacks, drafted, type Edit } from '../diff-guard/draft';

const stacks = deployedStacks();
const before = estimate(stacks, priceList);

const difference = (edit: Edit) => {
  const differences = compareEstimates(before, estimate(drafted(edit), priceList));
  const production = differences.find(({ name }) => name === 'production');
  return {
    sentence: differenceSentence(differences),
    usd: production?.differenceUsd,
    changes: production?.changes.map((change) => [nameOf(change), change.differenceUsd]),
  };
};
const database = (draft: Draft) => draft.resource('production/data', 'DatabaseInstance').Properties;
const gateway = 'NetworkVpcpublicSubnet1NATGateway';

it('finds no difference between equals', () => {
  expect(difference(() => {})).toEqual({
    ...{ sentence: 'No difference: the change costs what it cost before.', usd: 0, changes: [] },
  });
});

it('shows a larger database as one line with two values', () => {
  const { sentence, changes } = difference((draft) => {
    database(draft).DBInstanceClass = 'db.m7g.xlarge';
  });
  // Twice as large is twice as dear.
  expect(changes).toEqual([
    ['Database: 1 × db.m7g.large, in two zones → Database: 1 × db.m7g.xlarge, in two zones', 305.14],
  ]);
  expect(sentence).toBe('US$ +305.14 a month: production +305.14.');
});

it('shows what a second zone of the database costs', () => {
  const { usd } = difference((draft) => {
    database(draft).MultiAZ = false;
  });
  // 0.209 × 730 for the instance, 0.131 × 100 for its storage.
  expect(usd).toBeCloseTo(-(0.209 * 730 + 13.1), 1);
});

it('shows one more NAT gateway, and one less', () => {
  const { changes } = difference((draft) => {
    const { Resources } = draft.stack('production/network').template;
    Resources.Fourth = draft.resource('production/network', gateway);
  });
  expect(changes).toEqual([['NAT gateways: 3 → NAT gateways: 4', 40.88]]);
  const less = difference((draft) => {
    delete draft.stack('production/network').template.Resources[draft.idOf('production/network', gateway)];
  });
  expect(less.changes).toEqual([['NAT gateways: 3 → NAT gateways: 2', -40.88]]);
});

it('shows what comes and what goes', () => {
  const without = stacks.filter(({ environment, id }) => !(environment === 'production' && id === 'edge'));
  const [change] = compareEstimates(before, estimate(without, priceList)).filter(({ name }) => name === 'production');
  const gone = change?.changes.filter(({ after }) => after === undefined).map(({ before }) => before?.label);
  expect(gone).toContain('Web firewalls: 1, in us-east-1');
  const [back] = compareEstimates(estimate(without, priceList), before).filter(({ name }) => name === 'production');
  expect(back?.differenceUsd).toBe(-(change?.differenceUsd ?? 0));
});

it('counts an environment that comes as a whole', () => {
  const others = before.filter(({ name }) => name !== 'demo');
  const demo = compareEstimates(others, before).find(({ name }) => name === 'demo');
  expect(demo?.differenceUsd).toBe(demo?.after?.totalUsd);
});
