import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { contract, features } from '../../app-image/src/config/contract';
import { loadEnvironment } from '../../app-image/src/config/load';
import { parseValue } from '../../app-image/src/config/parse';
import type { Group, Variable } from '../../app-image/src/config/variable';
import { envExample } from '../../scripts/env-example';
import { referenceFiles } from '../../scripts/reference-files';
import { referencePage } from '../../scripts/reference-page';

const variables = Object.entries<Variable>(contract);
const example = referenceFiles['app-image/.env.example'] ?? '';
const page = referenceFiles['docs/environment-reference.md'] ?? '';

it.each(Object.keys(referenceFiles))(
  '%s is what the contract says (npm run environment-reference writes it)',
  (path) => {
    expect(readFileSync(join(__dirname, '../..', path), 'utf8')).toBe(referenceFiles[path]);
  },
);

describe('.env.example', () => {
  const stated = parseEnv(example) as Record<string, string>;
  const commented = parseEnv(example.replace(/^# (?=[A-Z][A-Z0-9_]*=)/gm, '')) as Record<string, string>;

  it('is a valid environment as it stands, with every integration off', () => {
    const loaded = loadEnvironment(stated);
    expect(loaded.environment).toEqual(loadEnvironment({}).environment);
    expect(Object.values(loaded.features).filter(({ state }) => state !== 'off')).toEqual([]);
  });

  it('names every variable that a laptop may set, each with the default as it would be read', () => {
    const absent = variables.filter(
      ([name, { source, deprecated }]) => source === 'platform' || deprecated || name === 'SECRETS_JSON',
    );
    expect(Object.keys(commented).sort()).toEqual(
      variables
        .filter((entry) => !absent.includes(entry))
        .map(([name]) => name)
        .sort(),
    );
    for (const [name, variable] of variables) {
      const shown = variable.localDefault ?? variable.default;
      if (name in commented && shown !== undefined) expect([name, commented[name]]).toEqual([name, shown]);
    }
  });

  it('holds no secret but those that are refused where deployed', () => {
    const secrets = variables.filter(([name, { secret }]) => secret && name in commented);
    for (const [name, { localDefault }] of secrets)
      expect([name, commented[name]]).toEqual([name, localDefault ?? '<secret>']);
  });

  it('quotes what would be read as something else', () => {
    const group: Group = {
      title: 'Odd',
      variables: {
        ODD: { description: 'A test', source: 'environment', type: 'text', localDefault: 'a # b' },
        EVEN: { description: 'A test', source: 'environment', type: 'text', localDefault: '"a"' },
      },
    };
    expect(parseEnv(envExample({ group }))).toEqual({ ODD: 'a # b', EVEN: '"a"' });
  });
});

describe('the reference', () => {
  it('has a row of six cells for every variable, marked where it is secret', () => {
    for (const [name, { secret }] of variables) {
      const [row, ...more] = page
        .split('\n')
        .filter((line) => line.startsWith(`| \`${name}\`${secret ? ' 🔒' : ''} | `));
      const cells = row?.split(/(?<!\\)\|/).length;
      expect([name, more.length, cells]).toEqual([name, name in rotated ? 1 : 0, 8]);
    }
  });
  const rotated = Object.fromEntries(
    variables.flatMap(([name, { rotationBreaks, secret }]) => (rotationBreaks && !secret ? [[name, true]] : [])),
  );

  it('has every integration with what it needs', () => {
    for (const [key, { title }] of Object.entries(features)) {
      const needed = variables.filter(([, { feature, required }]) => feature === key && required === 'feature');
      expect(page).toContain(`| ${title} | ${needed.map(([name]) => `\`${name}\``).join(', ')} | `);
    }
  });

  it('keeps a bar in a description from ending its cell', () => {
    const variable: Variable = { description: 'a|b', source: 'environment', type: 'boolean' };
    const groups = { group: { title: 'Odd', variables: { ODD: variable } } };
    expect(referencePage({ groups, features: {}, runtimeSettings: {} })).toContain(
      '| `ODD` | a\\|b. | `true` or `false` | environment | – | no |',
    );
  });
});

it('has well-formed defaults to show', () => {
  const malformed = variables.filter(([, variable]) =>
    [variable.default, variable.localDefault].some(
      (text) => text !== undefined && 'problem' in parseValue(variable, text),
    ),
  );
  expect(malformed.map(([name]) => name)).toEqual([]);
});
