import { Addresses } from './addresses';
import { Client } from './client';
import type { Entrance } from './client-agent';
import type { Caller, Kind } from './kinds';
import { inTurn } from './mix';
import { crowdSizes, type Person, type Population } from './population';

export interface CrowdProps {
  readonly entrance: Entrance;
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly population: Population;
  /** Of the load balancer, in seconds. */
  readonly idleSeconds: number;
  /** Requests a second, now. */
  readonly rate: () => number;
}

/** A request's client, and on whose behalf it asks. */
export interface Member {
  readonly client: Client;
  readonly caller: Caller;
  /** To be closed after its request. */
  readonly passing: boolean;
}

/**
 * Clients with addresses of their own. Seven of eight keep their connection, the others open one for each request, and
 * half of all keep cookies. Clients take turns, and so do people, so that none comes near a limit of its address or user.
 * The fewer requests there are, the fewer clients: each asks often enough for its connection to be kept.
 */
export class Crowd {
  private readonly addresses = new Addresses();
  private readonly clients: readonly Client[];
  /** By kind: of one turn for all, a kind that comes regularly would always get the same few. */
  private readonly nextClients = new Map<string, () => Client>();
  private readonly nextPerson: () => Person;
  private readonly nextAdministrator: () => Person;
  private readonly nextApiKey: () => string;
  private readonly nextHost: () => string;
  private readonly nextOrigin: () => string;

  constructor(private readonly props: CrowdProps) {
    const { hosts, origins, population, idleSeconds } = props;
    const { people, administrators, apiKeys } = population;
    this.nextHost = inTurn(hosts, 'host');
    this.nextOrigin = inTurn(origins, 'origin');
    this.nextPerson = inTurn(people, 'people');
    this.nextAdministrator = inTurn(administrators, 'administrators');
    this.nextApiKey = inTurn(apiKeys, 'API key');
    this.clients = people.map((_, index) =>
      this.newClient({
        // Left long before the load balancer closes it, as it might just when the next request is sent.
        keepAliveSeconds: index % 8 !== 7 ? idleSeconds * 0.7 : undefined,
        keepsCookies: index % 4 < 2,
      }),
    );
  }

  next({ name, newcomer = false, by }: Pick<Kind, 'name' | 'newcomer' | 'by'>): Member {
    const client = newcomer ? this.newClient({}) : this.nextClient(name);
    const person = by === 'administrator' ? this.nextAdministrator() : this.nextPerson();
    const caller = { person, apiKey: this.nextApiKey(), origin: client.props.origin ?? '' };
    return { client, caller, passing: newcomer };
  }

  /** For sockets, which are clients as well. */
  newPlace() {
    return { entrance: this.props.entrance, address: this.addresses.next(), host: this.nextHost() };
  }

  newOrigin(): string {
    return this.nextOrigin();
  }

  close(): void {
    for (const client of this.clients) client.close();
  }

  private nextClient(kind: string): Client {
    const { rate } = this.props;
    const next = this.nextClients.get(kind) ?? inTurn(this.clients, 'clients', () => crowdSizes(rate()).people);
    this.nextClients.set(kind, next);
    return next();
  }

  private newClient(habits: { readonly keepAliveSeconds?: number; readonly keepsCookies?: boolean }): Client {
    return new Client({ ...this.newPlace(), origin: this.nextOrigin(), ...habits });
  }
}
