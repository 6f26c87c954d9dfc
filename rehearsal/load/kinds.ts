import { randomUUID } from 'node:crypto';
import type { Answer, Call } from './call';
import type { Credentials, Person, Population } from './population';

/** On whose behalf a request is made. */
export interface Caller {
  readonly origin: string;
  /** An administrator where the kind asks for one. */
  readonly person: Person;
  readonly apiKey: string;
}

export interface Kind {
  readonly name: string;
  /** Of a hundred requests. */
  readonly share: number;
  /** Somebody whom the platform has never seen, with an address of their own: what is limited to a few an address. */
  readonly newcomer?: boolean;
  /** @default - anybody */
  readonly by?: 'administrator';
  readonly call: (caller: Caller, population: Population) => Call;
  /** The statuses that count as served. */
  readonly served: readonly number[];
  /** What such an answer lacks. @default - nothing: its status says it all */
  readonly complaint?: (answer: Answer, caller: Caller, population: Population) => string | undefined;
}

export const as = ({ token }: Person) => ({ authorization: `Bearer ${token}` });

export const posted = (url: string, body: object, headers: Call['headers'] = {}): Call => ({
  ...{ method: 'POST', url, body: JSON.stringify(body) },
  headers: { 'content-type': 'application/json', ...headers },
});

/** Undefined where an answer is no JSON of the platform. */
export function dataOf({ body }: Answer): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(body).data ?? undefined;
  } catch {
    return undefined;
  }
}

const lacks = (holds: boolean, what: string) => (holds ? undefined : what);

const aLead: Pick<Kind, 'call' | 'served' | 'complaint'> = {
  call: ({ apiKey }) => {
    const id = randomUUID();
    const lead = {
      name: 'Asha',
      email: `${id}@rehearsal.example`,
      courseInterest: 'Data',
      utm: { source: 'rehearsal' },
    };
    return posted('/api/v1/vendor/leads', lead, { 'x-api-key': apiKey, 'idempotency-key': id });
  },
  served: [200],
  complaint: (answer) => lacks(typeof dataOf(answer)?.leadId === 'string', 'without the id of the lead'),
};

/** What users and programs ask all day. Sign-ins, uploads and what is slow come on top, as often as ./errands says. */
export const kinds: readonly Kind[] = [
  {
    name: 'setting',
    share: 26,
    call: (_caller, { setting }) => ({ url: `/api/system-config/${setting.key}` }),
    served: [200],
    complaint: (answer, _caller, { setting }) => lacks(dataOf(answer)?.value === setting.value, 'with another value'),
  },
  {
    name: 'call providers',
    share: 8,
    call: () => ({ url: '/api/system-config/enabled-call-providers' }),
    served: [200],
  },
  {
    name: 'me',
    share: 6,
    newcomer: true,
    call: ({ person }) => ({ url: '/api/auth/me', headers: as(person) }),
    served: [200],
    complaint: (answer, { person }) => lacks(dataOf(answer)?.id === person.id, 'about somebody else'),
  },
  {
    name: 'uploads',
    share: 20,
    call: ({ person }) => ({ url: '/api/uploads?limit=20', headers: as(person) }),
    served: [200],
  },
  {
    name: 'terminal sessions',
    share: 10,
    call: ({ person }) => ({ url: '/api/terminal-sessions', headers: as(person) }),
    served: [200],
  },
  {
    name: 'figures',
    share: 2,
    by: 'administrator',
    call: ({ person }) => ({ url: '/api/admin/kpis', headers: as(person) }),
    served: [200],
  },
  {
    name: 'setting stored',
    share: 2,
    by: 'administrator',
    call: ({ person }) => {
      const setting = { key: `rehearsal.of-${person.id}`, value: new Date().toISOString() };
      return posted('/api/admin/system-config', setting, as(person));
    },
    served: [200, 201],
  },
  { name: 'lead', share: 14, ...aLead },
  {
    name: 'preflight',
    share: 12,
    call: () => ({
      ...{ method: 'OPTIONS', url: '/api/uploads' },
      headers: {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    }),
    served: [204],
    complaint: ({ headers }) =>
      lacks(/\bPOST\b/.test(headers['access-control-allow-methods'] ?? ''), 'that allows no POST'),
  },
];

/** Costs a core for a fifth of a second. */
export const signIn = ({ email, password }: Credentials): Omit<Kind, 'share'> => ({
  ...{ name: 'sign-in', newcomer: true },
  call: () => posted('/api/auth/login', { email, password }),
  served: [200],
  complaint: (answer) => lacks(typeof dataOf(answer)?.token === 'string', 'without a token'),
});

/** The body is read whole before the vendor's key is looked at. */
export const slowLead = (bodySeconds: number): Omit<Kind, 'share'> => ({
  ...{ ...aLead, name: 'slow lead' },
  call: (caller, population) => ({ ...aLead.call(caller, population), bodySeconds }),
});

export const testMail: Omit<Kind, 'share'> = {
  name: 'test mail',
  call: (_caller, { operator }) => posted('/api/admin/emails/test', {}, as(operator)),
  served: [202],
  complaint: (answer) => lacks(typeof dataOf(answer)?.jobId === 'string', 'without the id of the job'),
};

export const newUpload = (size: number): Omit<Kind, 'share'> => ({
  name: 'upload announced',
  call: ({ person }) => {
    const file = { purpose: 'student-document', fileName: 'certificate.pdf', contentType: 'application/pdf', size };
    return posted('/api/uploads', file, as(person));
  },
  served: [201],
});

export const confirmation = (ticket: string): Omit<Kind, 'share'> => ({
  name: 'upload confirmed',
  call: ({ person }) => posted('/api/uploads/confirm', { ticket }, as(person)),
  served: [201],
});
