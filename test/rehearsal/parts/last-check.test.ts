import { lastCheck } from '../../../rehearsal/parts/last-check';

test.each([
  ['L7STS', '404', 'was answered 404'],
  ['* L7STS', '503', 'was answered 503'],
  ['L7OK', '200', 'was answered 200'],
  ['L4CON', '', 'found nobody who listens on its port'],
  ['L7TOUT', '0', 'got no answer in time'],
  ['INI', '', undefined],
])('a check that HAProxy tells as %s %s', (check_status, check_code, said) => {
  expect(lastCheck({ check_status, check_code })).toBe(said);
});
