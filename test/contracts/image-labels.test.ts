import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationLabel, oldestMigrationLabel } from '../../operator/images/schema';

const image = join(__dirname, '..', '..', 'app-image');
const dockerfile = readFileSync(join(image, 'Dockerfile'), 'utf8');
const migrations = readdirSync(join(image, 'src', 'database', 'migrations'))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();
const label = (name: string) => new RegExp(`\\b${name.replaceAll('.', '\\.')}="([^"]*)"`).exec(dockerfile)?.[1];

it('says in the image which migrations it has, for whoever rolls back to it', () => {
  expect(label(migrationLabel)).toBe(migrations.at(-1));
});

it('says which images before it still work, and never of a later one', () => {
  expect(migrations).toContain(label(oldestMigrationLabel));
});
