import type { Sabotage } from '../sabotage';

/** What keeps a bad release from users. */
export const safeguards: readonly Sabotage[] = [
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
    sabotage: { templates: [{ find: /100 \* FILL\((\w+), 0\) \/ (\w+)/g, put: '0 * FILL($1, 0) / $2' }] },
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
];
