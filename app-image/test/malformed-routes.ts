/** A route, and a body that it takes. */
export interface Route {
  /** `*` stands for any segment. */
  readonly path: string;
  /** @default - any, and any body */
  readonly takes?: { readonly method: string; readonly body: Readonly<Record<string, unknown>> };
}

const uuid = '5b0a6a0e-6a5b-4f0e-9d5c-0c9f6f1f7a11';
const post = (path: string, body: Readonly<Record<string, unknown>>): Route => ({
  path,
  takes: { method: 'POST', body },
});
const put = (path: string, body: Readonly<Record<string, unknown>>): Route => ({
  path,
  takes: { method: 'PUT', body },
});
const anything = (...paths: readonly string[]): Route[] => paths.map((path) => ({ path }));

const lead = {
  ...{ name: 'Asha', email: 'asha@school.test', phone: '9876543210', courseInterest: 'Data', source: 'garden' },
  ...{ campaign: 'spring', utm: { source: 'a', medium: 'b' }, custom: { score: 1, note: 'x', old: false } },
};
const syncConfig = { name: 'nightly', enabled: true, intervalMinutes: 60, onlyIds: ['a', 'b'], pageSize: 10 };
const call = { CallSid: 'a-call', Status: 'completed', EventType: 'terminal', From: '+919876543210', CustomField: 'x' };
const notification = {
  entry: [
    {
      changes: [
        {
          value: {
            statuses: [{ id: 'wamid.1', status: 'failed', timestamp: '1763600000', errors: [{ code: 1 }] }],
            messages: [
              { id: 'wamid.2', from: '919876543210', timestamp: '1763600000', type: 'text', text: { body: 'x' } },
            ],
          },
        },
      ],
    },
  ],
};

export const routes: readonly Route[] = [
  ...anything('/api/auth/login', '/api/auth/master-login', '/api/auth/logout', '/api/auth/me'),
  ...anything('/api/admin/system-config', '/api/admin/system-config/*', '/api/admin/system-config/*'),
  ...anything('/api/admin/start-up-report', '/api/admin/settings/*', '/api/admin/feature-flags', '/api/admin/kpis'),
  ...anything('/api/system-config/*', '/api/system-config/enabled-call-providers', '/api/health', '/api/ready'),
  ...anything('/socket.io/', '/api/*', '/*'),
  post('/api/uploads', { purpose: 'student-document', fileName: 'a.pdf', contentType: 'application/pdf', size: 1_000 }),
  post('/api/uploads/confirm', { ticket: 'a.b.c' }),
  ...anything('/api/uploads', '/api/uploads/*', '/api/uploads/*/url', '/api/uploads/invoices/url?key=*'),
  post('/api/ai/ask', { question: 'What is SQL?', history: [{ role: 'user', content: 'Hello' }] }),
  post('/api/v1/vendor/leads', lead),
  post('/api/v1/vendor/leads', lead),
  post('/api/exotel/status', call),
  post('/api/whatsapp/webhook', notification),
  ...anything('/api/whatsapp/webhook?hub.mode=subscribe&hub.verify_token=*&hub.challenge=*', '/api/exotel/*'),
  post('/api/admin/vendors', { name: 'A vendor' }),
  ...anything('/api/admin/vendors', '/api/admin/vendors/*/keys', `/api/admin/vendors/${uuid}/keys/*`),
  post('/api/admin/sync-configs/mrlearn', syncConfig),
  put(`/api/admin/sync-configs/mrtest/${uuid}`, syncConfig),
  ...anything('/api/admin/sync-configs/mrtest', '/api/admin/sync-configs/*/*', '/api/admin/sync-configs/mrlearn/*/run'),
  ...anything('/api/admin/emails/test', '/api/admin/queues/*/retry-failed'),
  post('/api/admin/queues/emailQueue/retry-failed', { job: 'send', limit: 10 }),
  ...anything('/api/terminal-sessions', '/api/terminal-sessions/*', '/api/terminal/relay'),
  ...anything('/admin/queues', '/admin/queues/*', '/admin/queues/static/*', '/admin/queues/api/queues'),
  ...anything('/admin/queues/api/queues/*', '/admin/queues/api/queues/emailQueue/*', '/admin/queues/queue/*'),
];
