import { jsonReport } from '../../../diff-guard/report/json';
import { commentMark, markdownReport } from '../../../diff-guard/report/markdown';
import type { Report } from '../../../diff-guard/report/report';
import { textReport } from '../../../diff-guard/report/text';
import { deployedStacks, drafted, type Edit, judged, renameResource, unlabelled } from '../draft';

const places = ['development', 'staging', 'demo', 'production'];

const reportOf = (edit: Edit, labels: readonly string[] = []): Report => ({
  ...{ base: 'main (0123456789ab)', head: 'the work tree', places, stacks: 34 },
  judgement: judged(drafted(edit), deployedStacks(), { ...unlabelled, labels }),
});

const everywhere: Edit = (draft) => {
  for (const environment of places) {
    const database = draft.resource(`${environment}/data`, 'DatabaseInstanceAA8A5FDE').Properties;
    database.DBInstanceClass = 'db.m7g.2xlarge';
  }
  draft.resource('production/data', 'DatabaseInstanceAA8A5FDE').Properties.BackupRetentionPeriod = 1;
};

describe('for a terminal', () => {
  it('puts the verdict first, then the environments side by side, then each change in full', () => {
    const text = textReport(reportOf(everywhere));
    const lines = text.split('\n');
    expect(lines[0]).toMatch(
      /^✗ red: production would keep fewer backups: AWS::RDS::DBInstance Database\/Instance\. BackupRetentionPeriod: 35 → 1\./,
    );
    expect(text).toMatch(/^verdict +rule +resource +development +staging +demo +production$/m);
    expect(text).toMatch(/^red +backup-weakened +data\/Database\/Instance +x$/m);
    expect(text).toMatch(/^amber +interruption +data\/Database\/Instance +x +x +x +x$/m);
    expect(text).toContain('    DBInstanceClass: db.m7g.large → db.m7g.2xlarge (a restart)');
    expect(text).toContain('At deploy: restarted, tens of minutes');
  });

  it('says of a release that only the image changes', () => {
    const text = textReport(
      reportOf(({ resource }) => {
        resource('staging/service', 'WebTask3').Properties.ContainerDefinitions[0].Image = 'backend:main-1234567';
      }),
    );
    expect(text.split('\n')[0]).toMatch(
      /^✓ green: nothing that needs a look: 1 × another container image in a task definition/,
    );
    expect(text).not.toContain('verdict');
  });
});

describe('for a pull request', () => {
  it('is a comment with the verdict, a table, folded details and the mark of the comment', () => {
    const comment = markdownReport(reportOf(everywhere));
    expect(comment).toMatch(/^\*\*✗ red: production would keep fewer backups/);
    expect(comment).toContain(
      '| 🔴 | `data/Database/Instance` Backups that are fewer, or kept for less time | restarted, tens of minutes |',
    );
    expect(comment).toContain('| `DBInstanceClass` | `db.m7g.large` | `db.m7g.2xlarge` | a restart |');
    expect(comment.match(/<details>/g)).toHaveLength(comment.match(/<\/details>/g)?.length ?? 0);
    expect(comment.endsWith(commentMark)).toBe(true);
  });

  it('lets no text of a template be markup, a mention or another column', () => {
    const comment = markdownReport(
      reportOf(({ resource }) => {
        resource('production/data', 'DatabaseInstanceAA8A5FDE').Properties.Engine = 'x`|<img src=y> @everyone';
      }),
    );
    expect(comment).not.toMatch(/<img|[^\\]\|<|x`\|/);
    expect(comment).toContain('`xʼ\\|‹img src=y› @everyone`');
  });

  it('stays below the length that GitHub takes, and says what it left out', () => {
    const comment = markdownReport(
      reportOf(({ paths, stack }) => {
        for (const path of paths())
          for (const resource of Object.values(stack(path).template.Resources)) {
            resource.DeletionPolicy = 'Delete';
            resource.UpdateReplacePolicy = 'Delete';
            for (let index = 0; index < 20; index += 1) resource.Properties[`Made${index}`] = 'x'.repeat(200);
          }
      }),
    );
    expect(comment.length).toBeLessThan(65_536);
    expect(comment).toMatch(/… and \d+ more: `npm run diff-guard` shows them\./);
    expect(comment.endsWith(commentMark)).toBe(true);
  });
});

it('for machines has a stable shape', () => {
  const report = jsonReport(reportOf(everywhere)) as Record<string, unknown>;
  expect(Object.keys(report)).toEqual([
    ...[
      'version',
      'verdict',
      'acknowledged',
      'exitCode',
      'base',
      'head',
      'stacks',
      'summary',
      'places',
      'findings',
      'exceptions',
    ],
  ]);
  expect(report).toMatchObject({
    ...{ version: 1, verdict: 'red', acknowledged: false, exitCode: 1, stacks: 34, exceptions: [] },
    places: [
      { name: 'development', verdict: 'amber' },
      { name: 'staging', verdict: 'amber' },
      { name: 'demo', verdict: 'amber' },
      { name: 'production', verdict: 'red' },
    ],
  });
  expect(([] as unknown[]).concat(report.findings)[0]).toEqual({
    ...{ rule: 'backup-weakened', verdict: 'red', environment: 'production', stack: 'production/data' },
    ...{ resource: 'Database/Instance', logicalId: 'DatabaseInstanceAA8A5FDE', type: 'AWS::RDS::DBInstance' },
    ...{
      essence: expect.any(String),
      detail: 'BackupRetentionPeriod: 35 → 1.',
      keep: expect.any(String),
      reason: expect.any(String),
    },
    ...{ impact: 'update', effect: { kind: 'restarted', duration: 'tens of minutes' }, excused: null },
    properties: [
      { path: 'BackupRetentionPeriod', before: '35', after: '1', takes: 'an update in place' },
      { path: 'DBInstanceClass', before: 'db.m7g.large', after: 'db.m7g.2xlarge', takes: 'a restart' },
    ],
  });
});

it('lets the reviewer’s label acknowledge amber, and says so; it does nothing about red', () => {
  const stored: Edit = ({ resource }) => {
    resource('production/data', 'DatabaseInstanceAA8A5FDE').Properties.MaxAllocatedStorage = 4000;
  };
  expect(reportOf(stored, ['other']).judgement.exitCode).toBe(2);
  const acknowledged = reportOf(stored, ['other', 'diff-guard:reviewed']);
  expect(acknowledged.judgement).toMatchObject({ verdict: 'amber', acknowledged: true, exitCode: 0 });
  expect(textReport(acknowledged)).toMatch(/^✓ amber, acknowledged: production would cost another amount/);
  expect(reportOf(everywhere, ['diff-guard:reviewed']).judgement.exitCode).toBe(1);
});

it('never repeats a secret’s value, wherever it stands', () => {
  const values = ['correct-horse-battery', 'AKIAQ3EXAMPLE4567890', 'p7QzV2mXc9LbT4sRw8KdYh3N', 'hunter2hunter2'];
  const [password, accessKey, random, url] = values;
  const report = reportOf((draft) => {
    const { resource } = draft;
    const task = resource('production/service', 'WebTask3').Properties.ContainerDefinitions[0];
    task.Environment.push({ Name: 'JWT_SECRET', Value: password });
    task.Command = ['serve', accessKey];
    task.DockerLabels = { owner: random };
    resource('production/data', 'CacheReplicationGroup').Properties.AuthToken = password;
    resource('production/data', 'DatabaseInstanceAA8A5FDE').Properties.MasterUserPassword = password;
    resource('production/secrets', 'ApplicationSecret0').Properties.SecretString = `{"A":"${password}"}`;
    resource('production/service', 'ApplicationTaskRolePermissions').Properties.PolicyDocument.Statement.push({
      ...{ Effect: 'Allow', Action: 's3:GetObject', Resource: `postgres://mas:${url}@db.internal/mas` },
      Condition: { StringEquals: { 'aws:PrincipalTag/key': accessKey } },
    });
    draft.stack('production/service').template.Outputs = { Leak: { Value: accessKey } };
    renameResource(draft, 'production/storage', 'StorageInvoicesB6686B22', 'Invoices', 'Storage/Bills');
  });
  const texts = [textReport(report), markdownReport(report), JSON.stringify(jsonReport(report))];
  for (const text of texts) {
    expect(values.filter((value) => text.includes(value))).toEqual([]);
    expect(text).toContain('JWT_SECRET');
    expect(text).toContain('(masked)');
  }
});
