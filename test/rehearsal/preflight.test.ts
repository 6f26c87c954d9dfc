import { findParts, programs } from '../../rehearsal/preflight';

const fails = (message: string) => () => Promise.reject(new Error(message));

it('names everything that is missing at once, with how to get it', async () => {
  const checks = [
    { title: 'Redis', run: fails('There is no Redis server.\nInstall it (brew install redis).') },
    { title: 'PostgreSQL', run: () => '/somewhere' },
    {
      title: 'moto',
      run: () => {
        throw new Error('There is no moto.');
      },
    },
  ];
  const found = findParts({ engine: 'docker', environmentVariables: { PATH: '/nonexistent' }, checks });
  await expect(found).rejects.toThrow(
    [
      'This machine lacks what a rehearsal needs.',
      '✗ Redis\n  There is no Redis server.\n  Install it (brew install redis).',
      '✗ moto\n  There is no moto.',
      '✗ Container engine\n  docker does not work here: there is no docker on the PATH.',
    ].join('\n\n'),
  );
});

it('finds no container engine where none is to be used', async () => {
  await expect(findParts({ engine: 'none', environmentVariables: {}, checks: [] })).resolves.toBeUndefined();
});

it('looks for each program that a rehearsal starts', () =>
  expect(programs.map(({ title }) => title.split(',', 1)[0])).toEqual([
    'PostgreSQL',
    'Redis',
    'HAProxy',
    'moto',
    'Modules of the service',
  ]));
