import type { Sabotage } from '../sabotage';

/** What templates and secrets say. */
export const configuration: readonly Sabotage[] = [
  {
    title: 'the health check asks for a path that is not there',
    sabotage: { templates: [{ find: '"HealthCheckPath": "/api/health"', put: '"HealthCheckPath": "/healthz"' }] },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/never got healthy.*GET \/healthz.*was answered 404/is],
    short: true,
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
    short: true,
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
    title: 'a host of the API is missing in the listener rules',
    sabotage: {
      templates: [{ find: /"api\.mrmentor\.in",\s+"api\.myanalyticsschool\.com"/g, put: '"api.mrmentor.in"' }],
    },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/503 by the load balancer.*no listener rule for this host/],
  },
  {
    title: 'an origin of the pages is missing in the task definition',
    sabotage: { templates: [{ find: /\[\\"https:\/\/mrmentor\.in\\",/g, put: '[' }] },
    from: 'as it is',
    scenario: 'release',
    expected: [/failed with status 403 \(preflight\).*Compare CORS_ALLOWED_ORIGINS/i],
  },
  {
    title: "an origin of the pages is missing in the buckets' CORS rules",
    sabotage: { templates: [{ find: /("AllowedOrigins": \[\s+)"https:\/\/mrmentor\.in",/g, put: '$1' }] },
    from: 'as it is',
    scenario: 'release',
    expected: [/upload preflight.*CORS/is],
  },
  {
    title: "the container's health check asks for a program that is not there",
    sabotage: { templates: [{ find: '"dist/healthcheck.js"', put: '"dist/health-check.js"' }] },
    from: 'as it is',
    scenario: 'release',
    expected: [/never got healthy.*UNHEALTHY \(CMD node dist\/health-check\.js\)/is],
  },
];
