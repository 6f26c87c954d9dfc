/**
 * The container's contract is read on both sides of the image. So the CDK app may import it from the
 * container's folder, and nothing that would bring the container's packages or its process along.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '..', '..');
const config = 'app-image/src/config';

const sourcesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path));

const imported = /^(?:import|export|\}).* from '([^']+)';$|^import '([^']+)';$|\b(?:require|import)\('([^']+)'\)/gm;

/** Files by their path in the repository, packages by their name. */
function importsOf(file: string): string[] {
  const matches = [...readFileSync(join(root, file), 'utf8').matchAll(imported)];
  const names = matches.map(([, named, whole, called]) => named ?? whole ?? called ?? '');
  return names.map((name) => (name.startsWith('.') ? `${relative(root, join(root, dirname(file), name))}.ts` : name));
}

/** A file and what it imports, and what that imports. */
function reach(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (file.endsWith('.ts')) for (const name of importsOf(file)) reach(name, seen);
  return seen;
}

const contractFiles = [`${config}/contract.ts`, ...sourcesIn(`${config}/contract`)];
const entrances = [...new Set([...sourcesIn('lib'), ...sourcesIn('bin')].flatMap(importsOf))]
  .filter((name) => name.startsWith('app-image/'))
  .sort();

it('the contract is data: its files import each other and the types', () => {
  expect(contractFiles.length).toBeGreaterThan(10);
  const foreign = contractFiles
    .flatMap(importsOf)
    .filter((name) => !contractFiles.includes(name) && name !== `${config}/variable.ts`);
  expect(foreign).toEqual([]);
  expect(importsOf(`${config}/variable.ts`)).toEqual([]);
});

it('the CDK app enters the container by its contract, and by what judges a value', () => {
  expect(entrances).toEqual(
    ['contract', 'judge', 'nearest-name', 'parse', 'relations', 'variable'].map((name) => `${config}/${name}.ts`),
  );
});

it('and reaches neither a package nor the process from there', () => {
  const reached = entrances.flatMap((file) => [...reach(file)]);
  expect(reached).toContain('node:net');
  expect(reached.filter((name) => !name.startsWith(`${config}/`) && !isBuiltin(name))).toEqual([]);
  for (const file of reached.filter((name) => name.endsWith('.ts')))
    expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/\bprocess\.|node:(fs|process|child_process)/);
});
