import type { SabotageOfAssembly } from './sabotaged-assembly';

export interface Sabotage {
  readonly title: string;
  readonly sabotage: SabotageOfAssembly;
  /** What runs before the release: as it is, or broken in the same way. */
  readonly from: 'as it is' | 'sabotaged';
  readonly scenario: 'release' | 'broken-image';
  /** Of the failures that the rehearsal reports, all of these. */
  readonly expected: readonly RegExp[];
  /** In the short form of the suite, which CI runs. */
  readonly short?: true;
}

const onSignal = 'for (const signal of signals) process.removeAllListeners(signal).on(signal, onSignal);';

/** Mistakes that people make, and what the rehearsal has to say about each. */
export const catalogue: readonly Sabotage[] = [
  {
    title: 'SIGTERM is ignored',
    sabotage: { image: { 'src/shutdown.ts': [{ find: onSignal, put: onSignal.replace('onSignal', '() => {}') }] } },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/did not end within their stop timeout.*SIGKILL.*web-\d+/i],
    short: true,
  },
  {
    title: 'no drain: the listener closes with the signal',
    sabotage: {
      image: {
        'src/shutdown.ts': [{ find: 'environment.SHUTDOWN_DRAIN_SECONDS * 1000));', put: '0));' }],
      },
    },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/after SIGTERM.*SHUTDOWN_DRAIN_SECONDS/i],
  },
  {
    title: "keep-alive is shorter than the load balancer's idle timeout",
    sabotage: {
      image: {
        'src/http/server.ts': [{ find: 'environment.KEEP_ALIVE_TIMEOUT_SECONDS * 1000', put: '500' }],
      },
    },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/closes an idle connection after.*KEEP_ALIVE_TIMEOUT_SECONDS/i],
    short: true,
  },
  {
    title: 'the health check asks for a path that is not there',
    sabotage: { templates: [{ find: '"HealthCheckPath": "/api/health"', put: '"HealthCheckPath": "/healthz"' }] },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/never (became|got) healthy.*\/healthz/is],
    short: true,
  },
  {
    title: 'the deregistration delay is shorter than a slow request',
    sabotage: {
      templates: [
        {
          find: /("Key": "deregistration_delay\.timeout_seconds",\s+"Value": )"60"/g,
          put: '$1"5"',
        },
      ],
    },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/slow.*deregistration/is],
    short: true,
  },
  {
    title: 'the stop timeout is below the drain',
    sabotage: { templates: [{ find: /"StopTimeout": 60/g, put: '"StopTimeout": 5' }] },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/did not end.*stop timeout.*SIGKILL/i],
  },
  {
    title: 'a secret that the new image requires is missing',
    sabotage: {
      image: {
        'src/config/contract/identity.ts': [
          {
            find: 'JWT_SECRET: {',
            put: "SESSION_SECRET: { description: 'Signs sessions', source: 'secret', secret: true, type: 'text', required: 'deployed' }, JWT_SECRET: {",
          },
        ],
      },
    },
    from: 'as it is',
    scenario: 'release',
    expected: [/SESSION_SECRET: missing; add it to this environment's secret/],
  },
  {
    title: 'a variable that guards who may call is renamed in the task definition only',
    sabotage: { templates: [{ find: '"Name": "CORS_ALLOWED_ORIGINS"', put: '"Name": "CORS_ORIGINS"' }] },
    from: 'as it is',
    scenario: 'release',
    expected: [/CORS_ALLOWED_ORIGINS: missing/],
  },
  {
    title: "the code no longer believes the load balancer's X-Forwarded-For",
    sabotage: {
      image: { 'src/http/app.ts': [{ find: "app.set('trust proxy', environment.TRUST_PROXY_HOPS);", put: '' }] },
    },
    from: 'as it is',
    scenario: 'release',
    expected: [/429.*TRUST_PROXY_HOPS/is],
  },
  {
    title: 'a migration breaks the old colour',
    sabotage: {
      image: {
        'src/database/migrations/0012-recordings-of-meetings.ts': [
          {
            find: '  async up(runner: QueryRunner): Promise<void> {',
            put: `  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE raw_leads ADD COLUMN consent text');
    await runner.query(\`CREATE FUNCTION consent() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN IF NEW.consent IS NULL THEN RAISE EXCEPTION ''no consent''; END IF; RETURN NEW; END'\`);
    await runner.query('CREATE TRIGGER consent BEFORE INSERT ON raw_leads FOR EACH ROW EXECUTE FUNCTION consent()');
    return;`,
          },
          { find: /RecordingsOfMeetings1795133460000/g, put: 'Consent1795133520000' },
        ],
        'src/database/migrations.ts': [{ find: /RecordingsOfMeetings1795133460000/g, put: 'Consent1795133520000' }],
      },
    },
    from: 'as it is',
    scenario: 'release',
    expected: [/requests? failed.*(SCALE_UP|TEST_TRAFFIC).*500.*blue/is],
    short: true,
  },
  {
    title: 'a migration that drops what the old colour reads is refused by the container',
    sabotage: {
      image: {
        'src/database/migrations/0012-recordings-of-meetings.ts': [
          {
            find: '  async up(runner: QueryRunner): Promise<void> {',
            put: `  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE raw_leads DROP COLUMN campaign');`,
          },
          { find: /RecordingsOfMeetings1795133460000/g, put: 'Dropped1795133520000' },
        ],
        'src/database/migrations.ts': [{ find: /RecordingsOfMeetings1795133460000/g, put: 'Dropped1795133520000' }],
      },
    },
    from: 'as it is',
    scenario: 'release',
    expected: [/is not expand-only/],
  },
  {
    title: 'green adds jobs that the old workers cannot read',
    sabotage: {
      image: {
        'src/queues/payloads/email.ts': [{ find: 'to: address,', put: 'recipient: address,' }],
        'src/email/admin-routes.ts': [{ find: 'to: user.email,', put: 'recipient: user.email,' }],
        'src/workers/email.ts': [{ find: 'async ({ to, cc', put: 'async ({ recipient: to, cc' }],
      },
    },
    from: 'as it is',
    scenario: 'release',
    expected: [/jobs? .*(lost|late)/i],
  },
  {
    title: 'the smoke test always passes',
    sabotage: {
      smokeTest: {
        'index.mjs': [
          {
            find: 'export async function handler(event, context) {',
            put: "export async function handler(event, context) {\n  return { hookStatus: 'SUCCEEDED' };",
          },
        ],
      },
    },
    from: 'as it is',
    scenario: 'broken-image',
    expected: [/fails its smoke test.*(released|not refused|SUCCESSFUL)/is],
  },
  {
    title: 'no alarm notices an image that fails under load',
    sabotage: { templates: [{ find: /100 \* FILL\(errors, 0\) \/ requests/g, put: '0 * FILL(errors, 0) / requests' }] },
    from: 'as it is',
    scenario: 'broken-image',
    expected: [/fails under load.*no alarm took it back/is],
  },
  {
    title: 'the test rule takes requests without the test header',
    sabotage: {
      templates: [
        {
          find: /"Field": "http-header",\s+"HttpHeaderConfig": \{[^}]+\}/,
          put: '"Field": "path-pattern", "Values": ["/*"]',
        },
      ],
    },
    from: 'as it is',
    scenario: 'release',
    expected: [/requests? of users went to green .*before production traffic was shifted/i],
  },
  {
    title: 'a host of the API is missing in the listener rules',
    sabotage: {
      templates: [{ find: /"api\.mrmentor\.in",\s+"api\.myanalyticsschool\.com"/g, put: '"api.mrmentor.in"' }],
    },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/503.*no listener rule for the host name/is],
  },
  {
    title: 'stickiness to a target group outlives the bake',
    sabotage: {
      templates: [{ find: /"DurationSeconds": 1,(\s+"Enabled": true)/g, put: '"DurationSeconds": 3600,$1' }],
    },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/503.*stickiness/is],
  },
  {
    title: 'an origin of the pages is missing in the task definition',
    sabotage: { templates: [{ find: /(\["https:\/\/mrmentor\.in"|\[\\"https:\/\/mrmentor\.in\\"),/g, put: '[' }] },
    from: 'as it is',
    scenario: 'release',
    expected: [/no page of https:\/\/mrmentor\.in may read it.*CORS_ALLOWED_ORIGINS/is],
  },
  {
    title: "an origin of the pages is missing in the buckets' CORS rules",
    sabotage: {
      templates: [{ find: /("AllowedOrigins": \[\s+)"https:\/\/mrmentor\.in",\s+/g, put: '$1' }],
    },
    from: 'as it is',
    scenario: 'release',
    expected: [/upload.*no page of https:\/\/mrmentor\.in.*CORS rule/is],
  },
  {
    title: "the container's health check asks for a program that is not there",
    sabotage: { templates: [{ find: '"dist/healthcheck.js"', put: '"dist/health-check.js"' }] },
    from: 'as it is',
    scenario: 'release',
    expected: [/never got healthy.*UNHEALTHY \(CMD node dist\/health-check\.js\)/is],
  },
];
