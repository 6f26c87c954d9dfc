import { environments } from '../../lib/config/environments';
import { timings } from '../../lib/config/timings';
import type { StackSummary } from '../../scripts/assembly';
import { capacityTable, placeholderLines, stackTable, timingLines } from '../../scripts/synth-report';

const stack = (environment: string | undefined, id: string, numbers: Partial<StackSummary>): StackSummary => ({
  environment,
  id,
  stackName: `mr-mentor-${environment}-${id}`,
  account: '000000000002',
  region: 'ap-south-1',
  templateFile: `${id}.template.json`,
  resources: 0,
  stateful: 0,
  templateBytes: 0,
  acknowledged: {},
  ...numbers,
});
const lines = (table: string) => table.split('\n').map((line) => line.trim().split(/ {2,}/));

describe('stackTable', () => {
  const table = lines(
    stackTable(
      [
        stack('production', 'network', { resources: 125, templateBytes: 25_400, acknowledged: { Pack: 3 } }),
        stack('production', 'data', { resources: 5, stateful: 4, templateBytes: 999_999, acknowledged: { Pack: 2 } }),
        stack(undefined, 'delivery', { resources: 13, stateful: 2, templateBytes: 1 }),
      ],
      ['Pack'],
    ),
  );

  it('names an environment once, and gives shares of the limits rounded up', () => {
    expect(table.slice(1, 3)).toEqual([
      ['production', 'network', 'ap-south-1', '125', '25 %', '0', '3', '26 kB', '3 %'],
      ['data', 'ap-south-1', '5', '1 %', '4', '2', '1000 kB', '100 %'],
    ]);
  });

  it('adds up what can be added', () => {
    expect(table.at(-1)).toEqual(['total', '3 stacks', '143', '6', '5', '1026 kB']);
  });
});

it('shows what a release takes and what there is', () => {
  const [, production] = lines(capacityTable([environments.production]));
  expect(production).toEqual([
    'production',
    'm6i.xlarge 3–7',
    '6 web blue + 6 web green + 4 worker + 1 job',
    ...['17', '3', '6 of 7', '302 of 811', '3'],
  ]);
});

it('writes each chain of timeouts from the smaller to the larger', () => {
  expect(timingLines(timings)).toContain('socketPingInterval 25 s + socketPingTimeout 20 s < albIdleTimeout 60 s');
});

it('tells who looks at it what is still to be filled in', () => {
  const { staging, production } = environments;
  expect(placeholderLines([staging, production])).toEqual([
    'Not deployable yet, placeholder account ids: 000000000001, 000000000002. Write yours into lib/config/accounts.ts.',
  ]);
  expect(placeholderLines([{ ...staging, account: '123456789012' }])).toEqual([]);
});
