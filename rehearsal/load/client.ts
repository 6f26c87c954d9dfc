import { type Answer, type Call, send } from './call';
import { ClientAgent, type Entrance } from './client-agent';
import { Cookies } from './cookies';

export interface ClientProps {
  readonly entrance: Entrance;
  /** IPv4, its own: rate limits count by it. */
  readonly address: string;
  /** Of the API that it calls. */
  readonly host: string;
  /** Of the page that calls. @default - none: it is no browser */
  readonly origin?: string;
  /** Seconds that its connections are kept. @default - a new one for each request */
  readonly keepAliveSeconds?: number;
  /** As browsers do. @default false */
  readonly keepsCookies?: boolean;
}

/** Who calls the platform: a browser or a program, from an address of its own. */
export class Client {
  private readonly agent: ClientAgent;
  private readonly cookies = new Cookies();

  constructor(readonly props: ClientProps) {
    this.agent = new ClientAgent(props);
  }

  /** @param call its URL is a path of the API */
  async call(call: Call): Promise<Answer> {
    const { host, origin, keepsCookies = false } = this.props;
    const cookie = keepsCookies ? this.cookies.header() : undefined;
    const headers = {
      ...(origin !== undefined && { origin }),
      ...(cookie !== undefined && { cookie }),
      ...call.headers,
    };
    const answer = await send({ ...call, url: `https://${host}${call.url}`, headers }, { agent: this.agent });
    if (keepsCookies) this.cookies.keep(answer.headers['set-cookie']);
    return answer;
  }

  close(): void {
    this.agent.destroy();
  }
}
