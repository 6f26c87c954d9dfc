import { TargetSlots, targetHealth } from '../../../rehearsal/parts/target-slots';

const check = { path: '/', codes: '200', interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 3 };
const target = { id: 'web-1', slot: 'Blue-1', registeredAt: 1_000_000, draining: false };

it.each([
  ['UP', 1, 'healthy'],
  ['UP 1/3', 1, 'healthy'],
  ['DOWN', 1, 'initial'],
  ['DOWN 1/2', 29.9, 'initial'],
  ['DOWN', 30, 'unhealthy'],
  ['DOWN 1/2', 600, 'unhealthy'],
])('calls a target that is %s after %d s %s', (status, seconds, expected) =>
  expect(targetHealth(target, status, check, target.registeredAt + seconds * 1000)).toBe(expected),
);

it('calls a target initial for as long as its registration says', () => {
  const slow = { ...target, initialFor: 60 };
  expect(targetHealth(slow, 'DOWN', check, target.registeredAt + 59_000)).toBe('initial');
  expect(targetHealth(slow, 'DOWN', check, target.registeredAt + 60_000)).toBe('unhealthy');
});

it('calls a target draining that is deregistered, however it does', () =>
  expect(targetHealth({ ...target, draining: true }, 'MAINT', check, target.registeredAt)).toBe('draining'));

it('gives each target a slot of its own, again once it is free, and refuses what does not fit', () => {
  const slots = new TargetSlots({ Blue: ['Blue-1', 'Blue-2'], Green: ['Green-1'] });
  expect(slots.names).toEqual(['Blue-1', 'Blue-2', 'Green-1']);
  expect([slots.take('Blue', { id: 'web-1', initialFor: 8 }, 1), slots.take('Blue', { id: 'web-2' }, 2)]).toEqual([
    'Blue-1',
    'Blue-2',
  ]);
  expect(() => slots.take('Blue', { id: 'web-3' }, 3)).toThrow(
    'Blue has 2 targets, and no slot for web-3: complete a deregistration first, or start the load balancer with more slots a group.',
  );
  expect(() => slots.take('Blue', { id: 'web-1' }, 3)).toThrow(
    'Target web-1 is registered with Blue already; complete its deregistration first.',
  );
  slots.drain('Blue', 'web-1');
  expect(slots.of('Blue', 'web-1')).toEqual({
    ...{ id: 'web-1', slot: 'Blue-1', registeredAt: 1, draining: true, initialFor: 8 },
  });
  slots.free('Blue', 'web-1');
  expect(() => slots.of('Blue', 'web-1')).toThrow('Target web-1 is not registered with Blue; registered: web-2.');
  expect(slots.take('Blue', { id: 'web-3' }, 3)).toBe('Blue-1');
  expect(slots.in('Blue').map(({ id }) => id)).toEqual(['web-2', 'web-3']);
  expect(() => slots.take('Green', { id: 'web 4' }, 4)).toThrow('"web 4" can\'t be a name');
  expect(() => slots.in('Red')).toThrow('There is no target group "Red": must be one of Blue, Green.');
});
