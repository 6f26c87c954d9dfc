import type { Sabotage } from '../sabotage';

/** What both revisions have to understand while both run. */
export const compatibility: readonly Sabotage[] = [
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
        // The new code knows of it.
        'src/vendor/lead-writer.ts': [
          {
            find: /INSERT INTO raw_leads \((.*)\)(\s+)SELECT (.*) FROM given/,
            put: "INSERT INTO raw_leads ($1, consent)$2SELECT $3, 'yes' FROM given",
          },
        ],
      },
    },
    from: 'as it is',
    scenario: 'release',
    expected: [/failed with status 500 .*lead.*from blue in the scale up.*a migration of the new revision/is],
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
    expected: [/jobs? .*(lost|late).*does not understand its payload/i],
  },
];
