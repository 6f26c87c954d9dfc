import { once } from 'node:events';
import { WebSocket } from 'ws';

/**
 * A socket of a meeting that speaks just enough Socket.IO, so that a thousand of them cost the measuring process little:
 * socket.io-client itself would be measured.
 */
export class MeetingClient {
  onChat: (text: string) => void = () => {};
  private readonly waiting = new Map<number, (answer: unknown) => void>();
  private acknowledgements = 0;

  private constructor(private readonly socket: WebSocket) {}

  /** @throws when the handshake or the joining is refused */
  static async join(port: number, token: string, meetingId: string): Promise<MeetingClient> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
      perMessageDeflate: false,
    });
    const client = new MeetingClient(socket);
    const connected = new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('The server closed the connection')));
      socket.on('message', (data) => client.receive(String(data), resolve, reject));
    });
    await once(socket, 'open');
    socket.send(`40${JSON.stringify({ token })}`);
    await connected;
    const answer = await client.ask('join-room', { meetingId });
    if (!answer.ok) throw new Error(`The server let nobody join: ${JSON.stringify(answer)}`);
    return client;
  }

  send(event: string, payload: object): void {
    this.socket.send(`42${JSON.stringify([event, payload])}`);
  }

  close(): void {
    this.socket.terminate();
  }

  private ask(event: string, payload: object): Promise<{ readonly ok?: boolean }> {
    this.acknowledgements += 1;
    const id = this.acknowledgements;
    this.socket.send(`42${id}${JSON.stringify([event, payload])}`);
    return new Promise((resolve) => this.waiting.set(id, resolve as (answer: unknown) => void));
  }

  private receive(packet: string, connected: () => void, refused: (error: Error) => void): void {
    if (packet === '2') this.socket.send('3');
    else if (packet.startsWith('42["chat-message"'))
      this.onChat((JSON.parse(packet.slice(2)) as [string, { text: string }])[1].text);
    else if (packet.startsWith('40')) connected();
    else if (packet.startsWith('44')) refused(new Error(`The server refused the connection: ${packet}`));
    else if (packet.startsWith('43')) {
      const [, id = '', answers = '[]'] = /^43(\d+)(.*)$/s.exec(packet) ?? [];
      this.waiting.get(Number(id))?.((JSON.parse(answers) as unknown[])[0]);
      this.waiting.delete(Number(id));
    }
  }
}
