import type { ServerRow } from './haproxy-runtime';

/** By HAProxy's codes of what ended a check. */
const withoutAnswer: Readonly<Record<string, string>> = {
  L4CON: 'found nobody who listens on its port',
  L4TOUT: 'got no connection in time',
  L7TOUT: 'got no answer in time',
  L7RSP: 'was answered with something that is not HTTP',
};

/** What came of a target's last health check, in words that go after `its last check`. */
export function lastCheck({ check_status: status = '', check_code: code = '' }: ServerRow): string | undefined {
  // One that goes on has a star in front.
  const ended = status.replace(/^\* ?/, '');
  return ended.startsWith('L7') && code !== '' && code !== '0' ? `was answered ${code}` : withoutAnswer[ended];
}
