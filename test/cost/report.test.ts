import { compareEstimates } from '../../cost/compare';
import { type Block, estimate } from '../../cost/estimate';
import { priceList } from '../../cost/price-list';
import { jsonReport } from '../../cost/report/json';
import { markdownReport } from '../../cost/report/markdown';
import type { Report } from '../../cost/report/report';
import { textReport } from '../../cost/report/text';
import { deployedStacks, drafted } from '../diff-guard/draft';
import { draftStack } from './draft';

const blocks = estimate(deployedStacks(), priceList);
const alone = (of: readonly Block[] = blocks): Report => ({
  ...{ head: 'the work tree', base: undefined, blocks: of, differences: undefined, prices: priceList },
});
const compared = (after: readonly Block[]): Report => ({
  ...alone(after),
  ...{ base: 'main', differences: compareEstimates(blocks, after) },
});
const production = blocks.filter(({ name }) => name === 'production');
const unknown = estimate([draftStack({ Endpoint: ['AWS::SageMaker::Endpoint'] })], priceList);

it('lines up in a terminal, and is no wider than two of its sides', () => {
  const lines = textReport(alone(production)).split('\n');
  const start = lines.findIndex((line) => line.startsWith('Fixed, whatever is used'));
  const end = lines.indexOf('', start);
  expect(new Set(lines.slice(start, end).map((line) => line.length)).size).toBe(1);
  const tables = lines.filter((line) => !/^(Prices|Not in it): /.test(line));
  expect(Math.max(...tables.map((line) => line.length))).toBeLessThan(160);
});

it('says whether the budget holds it, what is assumed, and what is left out', () => {
  const text = textReport(alone(production));
  expect(text).toMatch(
    /^production \(ap-south-1\): US\$ [\d,.]+ a month\nThe budget of 2,500 holds it: [\d.]+ \(\d+ %\) are left\.\n/,
  );
  expect(text).toMatch(/^Requests to the API +20 +million +production: 2,000 users/m);
  expect(text).toContain('Not priced: nothing.');
  expect(text).toContain(`list prices of AWS of ${priceList.asOf}`);
  expect(text).toContain('taxes (GST is 18 % in India)');
});

it('says loudly what is not priced', () => {
  const text = textReport(alone(unknown));
  expect(text).toContain('That is too low: 1 thing is not priced.');
  expect(text).toContain(
    'NOT PRICED, so the estimate is too low (1):\n  1 × AWS::SageMaker::Endpoint: nobody has said',
  );
  expect(markdownReport(alone(unknown))).toContain('- NOT PRICED: AWS::SageMaker::Endpoint');
  expect(markdownReport(compared([...blocks.slice(0, 3), ...unknown]))).toContain('- NOT PRICED in production');
});

it('says what is not priced where nothing else differs', () => {
  const more = estimate(
    drafted((draft) => {
      draft.stack('production/data').template.Resources.Endpoint = { Type: 'AWS::SageMaker::Endpoint' };
    }),
    priceList,
  );
  const text = textReport(compared(more));
  expect(text.split('\n')[0]).toBe('No difference in what is priced. Not priced: 1, which may cost more.');
  expect(text).toContain('NOT PRICED in production: AWS::SageMaker::Endpoint: nobody has said');
});

it('never prints a small amount as nothing', () => {
  expect(textReport(alone(production))).toMatch(/^Runs of functions +0\.00006 +million requests +0\.2 +< 0\.01$/m);
});

it('says when the budget does not hold it', () => {
  const over = production.map((block): Block => ({ ...block, budgetUsd: 1000 }));
  expect(textReport(alone(over))).toMatch(/It EXCEEDS the budget of 1,000 by [\d,.]+ \(\d+ %\)\./);
  expect(markdownReport({ ...compared(over), differences: compareEstimates(production, over) })).toMatch(
    /^- production: It EXCEEDS the budget of 1,000/m,
  );
});

it('is short for a pull request, whatever changed', () => {
  expect(markdownReport(compared(blocks)).split('\n')[0]).toBe(
    '**Cost: No difference: the change costs what it cost before.**',
  );
  const larger = estimate(
    drafted((draft) => {
      draft.resource('production/data', 'DatabaseInstance').Properties.DBInstanceClass = 'db.m7g.xlarge';
    }),
    priceList,
  );
  const comment = markdownReport(compared(larger));
  expect(comment).toMatch(/^\*\*Cost: US\$ \+305\.14 a month: production \+305\.14\.\*\*\n/);
  expect(comment).toContain(
    '| Database: 1 × db.m7g.large, in two zones → Database: 1 × db.m7g.xlarge, in two zones | 305.14 | 610.28 | +305.14 |',
  );
  expect(comment).toContain('<details><summary>Line by line</summary>');
  // All environments come at once.
  const all = markdownReport({ ...alone(), base: 'main', differences: compareEstimates([], blocks) });
  expect(all.length).toBeLessThan(5200);
  expect(all).toContain('… and more: `npm run cost -- --base REF` shows it.');
});

it('tells machines the same', () => {
  const report = JSON.parse(JSON.stringify(jsonReport(compared(blocks))));
  expect(report).toMatchObject({ version: 1, head: 'the work tree', base: 'main', currency: 'USD' });
  for (const { lines, totalUsd, assumptions } of report.blocks) {
    const sum = lines.reduce((all: number, { usd }: { usd: number }) => all + Math.round(usd * 100), 0);
    expect(sum).toBe(Math.round(totalUsd * 100));
    for (const assumption of assumptions) expect(assumption.value).toEqual(expect.any(Number));
  }
  expect(report.differences.map(({ differenceUsd }: { differenceUsd: number }) => differenceUsd)).toEqual([
    0, 0, 0, 0, 0, 0,
  ]);
});
