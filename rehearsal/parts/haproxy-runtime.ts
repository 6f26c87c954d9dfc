import { once } from 'node:events';
import { connect } from 'node:net';

/** Counters and state of a server, by the names that HAProxy gives them. */
export type ServerRow = Readonly<Record<string, string>>;

/** HAProxy's runtime API, over the socket that its configuration names. */
export class HaproxyRuntime {
  constructor(private readonly path: string) {}

  /**
   * Commands run in the order given, without another connection's in between.
   *
   * @throws with what HAProxy said against one of them.
   */
  async run(...commands: readonly string[]): Promise<string> {
    const socket = connect(this.path).setEncoding('utf8');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk));
    socket.write(`${commands.join('; ')}\n`);
    await once(socket, 'close');
    // Answers have a severity in front, of syslog; 4 is a warning, such as that a port has changed.
    const refusal = /^\[(?:[0-3]\]: .*|\d\]: Unknown command)/m.exec(answer)?.[0];
    if (refusal !== undefined)
      throw new Error(`HAProxy refused "${commands.join('; ')}": ${refusal.slice('[0]: '.length)}`);
    return answer;
  }

  async servers(): Promise<ServerRow[]> {
    const [heading = '', ...lines] = (await this.run('show stat -1 4 -1')).replace(/^# /, '').trim().split('\n');
    const columns = heading.split(',');
    // Only the text of the last check can hold a comma. It comes after all that is of use here.
    return lines.filter(Boolean).map((line) => {
      const values = line.split(',');
      return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
    });
  }
}
