import { randomUUID } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { accessToken, type TokenOwner } from './access-token';
import { answeredWith } from './call';
import { Client } from './client';
import type { Entrance } from './client-agent';

/** The people and keys that the load uses; plain data, for another process. */
export interface Population {
  readonly setting: { readonly key: string; readonly value: string };
  readonly people: readonly Person[];
  readonly administrators: readonly Person[];
  /** Whom ADMIN_USER_IDS names. */
  readonly operator: Person & Credentials;
  readonly apiKeys: readonly string[];
  readonly meetings: readonly Meeting[];
  /** Those who will open terminals. */
  readonly coders: readonly Person[];
}

export interface Person {
  readonly id: string;
  readonly token: string;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface Meeting {
  readonly id: string;
  readonly mentor: Person;
  readonly student: Person;
}

/** Rows of a statement, from the platform's database. */
export type Ask = (sql: string, parameters?: readonly unknown[]) => Promise<readonly unknown[]>;

export interface PopulationProps {
  readonly ask: Ask;
  /** The load balancer's port with PROXY protocol, behind which the platform serves. */
  readonly port: number;
  /** PEM of the authority of its certificate. */
  readonly ca: string;
  readonly host: string;
  readonly jwtSecret: string;
  /** ADMIN_EMAIL and ADMIN_PASSWORD; ADMIN_USER_IDS has to name the address. */
  readonly operator: Credentials;
  /** Requests a second that are to come. */
  readonly rate: number;
  readonly meetings: number;
  readonly terminals: number;
}

/** Longer than any rehearsal, in real time too. */
const tokenSeconds = 12 * 60 * 60;
const keysOfVendor = 3;
/** Nobody may ask more often than 100 times a minute: of these each asks 30 to 60 times. */
export const crowdSizes = (rate: number) => ({
  people: Math.max(20, Math.ceil(rate * 1.2)),
  administrators: Math.max(2, Math.ceil(rate * 0.06)),
});

const insertUsers = `
  INSERT INTO users (id, email, "fullName", role)
  SELECT id, id || '@rehearsal.example', 'Somebody', role FROM unnest($1::uuid[], $2::text[]) AS given (id, role)`;
const insertSlots = `
  INSERT INTO slots (id, "mentorId", "studentId", "startsAt", "endsAt", status)
  SELECT id, mentor, student, now() - interval '1 minute', now() + interval '12 hours', 'scheduled'
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS given (id, mentor, student)`;

/**
 * Makes everything that the load asks for: by the platform's API where it has one. Users and slots come from other parts
 * of the platform, so they are rows; their tokens are signed as a sign-in signs them.
 */
export async function populate(props: PopulationProps): Promise<Population> {
  const { ask, rate, meetings, terminals } = props;
  const made: TokenOwner[] = [];
  const people = (count: number, role: TokenOwner['role']): Person[] =>
    Array.from({ length: count }, () => {
      const owner = { id: randomUUID(), role };
      made.push(owner);
      return { id: owner.id, token: accessToken(owner, props.jwtSecret, tokenSeconds) };
    });

  const sizes = crowdSizes(rate);
  const population = {
    people: people(sizes.people, 'USER'),
    administrators: people(sizes.administrators, 'ADMIN'),
    coders: people(terminals, 'USER'),
  };
  const [mentors, students] = [people(meetings, 'EXPERT'), people(meetings, 'USER')];
  await ask(insertUsers, [made.map(({ id }) => id), made.map(({ role }) => role)]);

  const slots = mentors.flatMap((mentor, index) => {
    const student = students[index];
    return student ? [{ id: randomUUID(), mentor, student }] : [];
  });
  const columns = [slots.map(({ id }) => id), slots.map(({ mentor }) => mentor.id), slots.map((s) => s.student.id)];
  await ask(insertSlots, columns);

  const entrance: Entrance = { port: props.port, context: createSecureContext({ ca: props.ca }) };
  const client = new Client({ entrance, address: '10.255.255.254', host: props.host });
  return { ...population, meetings: slots, ...(await administer(client, props)) };
}

async function administer(client: Client, { operator, jwtSecret }: PopulationProps) {
  async function does<T>(path: string, body: object, token?: string): Promise<T> {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const call = { method: 'POST', url: path, headers, body: JSON.stringify(body) } as const;
    const answer = await client.call(call);
    if (answer.result === 200 || answer.result === 201) return JSON.parse(answer.body).data;
    throw new Error(
      `The rehearsal cannot prepare its people: POST https://${client.props.host}${path} was answered ${answeredWith(answer)} ${answer.body.slice(0, 300)}`,
    );
  }

  const { user } = await does<{ user: TokenOwner }>('/api/auth/login', operator);
  // One that lasts: the platform's own ends after some minutes.
  const token = accessToken(user, jwtSecret, tokenSeconds);
  const setting = { key: 'rehearsal.setting', value: randomUUID() };
  await does<unknown>('/api/admin/system-config', setting, token);
  const { id } = await does<{ id: string }>('/api/admin/vendors', { name: 'Rehearsal' }, token);
  const apiKeys: string[] = [];
  while (apiKeys.length < keysOfVendor) {
    const { key } = await does<{ key: string }>(`/api/admin/vendors/${id}/keys`, {}, token);
    apiKeys.push(key);
  }
  return { setting, apiKeys, operator: { ...operator, id: user.id, token } };
}
