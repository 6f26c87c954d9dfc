import { existsSync, linkSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveFile } from '../../src/retention/archive';
import { Folder } from './folder';
import { type Pruning, pruneIn } from './pruning';

let site: Folder;
let outside: Folder;
beforeEach(() => {
  site = new Folder();
  outside = new Folder();
});
afterEach(() => {
  site.remove();
  outside.remove();
});

const prune = (pruning?: Pruning) => pruneIn(site, pruning);
const deleting = { DATA_RETENTION_MODE: 'delete' };

describe('the archive', () => {
  it('never loses a file to another one of its name', async () => {
    site.write('logs/app.log', 40, 'October');
    await prune();
    site.write('logs/app.log', 35, 'November');
    const changed = new Date(Math.round(site.changed('logs/app.log'))).toISOString().replace(/[:.]/g, '-');
    expect((await prune()).summary).toMatchObject({ archived: 1, failed: 0 });
    const archived = { 'app.log': 'October', [`app.log.${changed}`]: 'November' };
    expect(site.files('data/archive/logs/logs')).toEqual(archived);

    // A third one, of the second's very time: now it takes a person.
    site.write('data/archive/logs/logs/extra.log', 1, 'other');
    site.write('logs/extra.log', 40, 'one');
    const at = new Date(Math.round(site.changed('logs/extra.log'))).toISOString().replace(/[:.]/g, '-');
    site.write(`data/archive/logs/logs/extra.log.${at}`, 1, 'another');
    const { summary, lines } = await prune();
    expect(summary).toMatchObject({ archived: 0, failed: 1, failure: 'files or folders that could not be handled: 1' });
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'not pruned', reason: expect.stringContaining('move one of them') }),
    );
    expect(site.files('logs')).toEqual({ 'extra.log': 'one' });
  });

  it('completes what a run that was broken off had begun', async () => {
    const file = site.write('logs/linked.log', 40);
    mkdirSync(join(site.path, 'data/archive/logs/logs'), { recursive: true });
    linkSync(file, join(site.path, 'data/archive/logs/logs/linked.log'));
    site.write('logs/copied.log', 40, 'the same');
    site.write('data/archive/logs/logs/copied.log', 40, 'the same');
    expect((await prune()).summary).toMatchObject({ archived: 2, failed: 0 });
    expect(site.files('logs')).toEqual({});
    expect(site.files('data/archive')).toEqual({
      'logs/logs/copied.log': 'the same',
      'logs/logs/linked.log': 'content of logs/linked.log',
    });
  });

  /** Where Linux has a file system of its own. */
  const memory = '/dev/shm';
  const canCross = existsSync(memory) && statSync(memory).dev !== statSync(tmpdir()).dev;
  (canCross ? it : it.skip)(
    'may lie on another file system: what is moved there is whole, and has its time',
    async () => {
      const other = new Folder(memory);
      site.write('logs/old.log', 40, 'x'.repeat(300_000));
      const changed = Math.round(site.changed('logs/old.log'));
      const variables = { DATA_RETENTION_ARCHIVE_DIR: other.path };
      expect((await prune({ variables })).summary).toMatchObject({ archived: 1, failed: 0 });
      expect(site.files()).toEqual({});
      expect(other.files()).toEqual({ 'logs/logs/old.log': 'x'.repeat(300_000) });
      expect(Math.round(other.changed('logs/logs/old.log'))).toBe(changed);
      other.remove();
    },
  );

  (canCross ? it : it.skip)(
    'takes one of two files that come from there for the same place, and the other stays',
    async () => {
      const other = new Folder(memory);
      const place = join(other.path, 'app.log');
      const files = ['one', 'two'].map((name) => site.write(`logs/${name}.log`, 40, name));
      const outcomes = await Promise.allSettled(files.map((file) => archiveFile(file, statSync(file), place)));
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const [left = '', archived = ''] = [site.files('logs'), other.files()].map((found) =>
        Object.values(found).join(),
      );
      expect([left, archived].sort()).toEqual(['one', 'two']);
      other.remove();
    },
  );

  it('is left alone inside of a folder that is pruned', async () => {
    site.write('logs/old.log', 40);
    site.write('logs/archive/logs/logs/older.log', 400);
    const variables = { DATA_RETENTION_ARCHIVE_DIR: 'logs/archive' };
    expect((await prune({ variables })).summary).toMatchObject({ scanned: 1, archived: 1 });
    expect(Object.keys(site.files('logs'))).toEqual(['archive/logs/logs/old.log', 'archive/logs/logs/older.log']);
    expect((await prune({ variables: { ...variables, ...deleting } })).summary).toMatchObject({ scanned: 0 });
  });

  it('keeps folders of one category apart', async () => {
    site.write('logs/app.log', 40, 'one');
    outside.write('app.log', 40, 'other');
    await prune({ variables: { DATA_RETENTION_LOG_PATHS: `logs,${outside.path}` } });
    expect(site.files('data/archive/logs')).toEqual({
      'logs/app.log': 'one',
      [join(outside.path, 'app.log').slice(1)]: 'other',
    });
  });
});
