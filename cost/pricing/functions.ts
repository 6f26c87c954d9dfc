import { listIn, numberIn } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

/** What Lambda gives a function that states none. */
const defaultMemoryMb = 128;

export const functions: Pricing = {
  types: ['AWS::Lambda::Function', 'AWS::Scheduler::Schedule'],
  findings: (estate) => [
    ...estate.of('AWS::Lambda::Function').flatMap(({ properties, region }): Finding[] => {
      const architecture = String(listIn(properties.Architectures)[0] ?? 'x86_64');
      const gb = (numberIn(properties.MemorySize) ?? defaultMemoryMb) / 1024;
      const runs = estate.assumed('functionRuns');
      return [
        {
          ...{ id: `functions/${architecture}`, kind: 'usage', what: 'Functions, while they run', of: architecture },
          ...{ amount: gb * runs * estate.assumed('functionSeconds'), region, price: `lambda/${architecture}` },
        },
        {
          ...{ id: 'functions/runs', kind: 'usage', what: 'Runs of functions', amount: runs / 1_000_000 },
          ...{ region, price: 'lambda/requests' },
        },
      ];
    }),
    ...estate.of('AWS::Scheduler::Schedule').map(
      ({ region }): Finding => ({
        ...{ id: 'schedules', kind: 'usage', what: 'Runs of schedules' },
        ...{ amount: estate.assumed('scheduledRuns') / 1_000_000, region, price: 'scheduler/runs' },
      }),
    ),
  ],
};
