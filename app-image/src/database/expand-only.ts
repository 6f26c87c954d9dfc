import { nameSource, partsOf, statementsIn, tableName } from './sql';

/** While a release is under way the previous revision still works on the same tables. */
interface Rule {
  readonly forbidden: RegExp;
  readonly because: string;
  readonly instead: string;
}

const later = 'leave it, and remove it by hand when no revision that runs uses it';
const another = 'add another one beside it and write both, until no revision that runs uses the old one';

const statementRules: readonly Rule[] = [
  { forbidden: /^DROP\b/i, because: 'the previous revision still uses what is dropped', instead: later },
  { forbidden: /^ALTER (?!TABLE\b).*\b(DROP|RENAME|SET SCHEMA)\b/i, because: 'it takes a name away', instead: another },
  { forbidden: /^TRUNCATE\b/i, because: 'it deletes data', instead: later },
  { forbidden: /\bDELETE FROM\b/i, because: 'it deletes data', instead: later },
  {
    forbidden: /^CREATE (UNIQUE )?INDEX CONCURRENTLY ON\b/i,
    because: 'without a name it is not found again when its build was broken off',
    instead: 'give it a name',
  },
  { forbidden: /^DO\b/i, because: 'what a block does cannot be checked', instead: 'write plain statements' },
];

/** Of `ALTER TABLE`, for one action each. */
const actionRules: readonly Rule[] = [
  { forbidden: /^DROP\b/i, because: 'the previous revision still uses what is dropped', instead: later },
  { forbidden: /^(RENAME|SET SCHEMA)\b/i, because: 'the previous revision uses the old name', instead: another },
  {
    forbidden: new RegExp(`^ALTER (COLUMN )?${nameSource} (SET DATA )?TYPE\\b`, 'i'),
    because: 'it rewrites the table, and the previous revision expects the old type',
    instead: another,
  },
  {
    forbidden: new RegExp(`^ALTER (COLUMN )?${nameSource} SET NOT NULL\\b`, 'i'),
    because: 'the previous revision may leave it empty',
    instead: 'fill it in the code, and set it by hand when no revision that runs leaves it empty',
  },
  {
    forbidden: new RegExp(`^ALTER (COLUMN )?${nameSource} DROP (?!NOT NULL\\b)`, 'i'),
    because: 'the previous revision relies on it',
    instead: later,
  },
  {
    forbidden: /^ADD (?!CONSTRAINT\b)(?=.*\bNOT NULL\b)(?!.*\b(DEFAULT|GENERATED|(SMALL|BIG)?SERIAL)\b)/i,
    because: 'the previous revision inserts rows without it',
    instead: 'give it a DEFAULT, or leave NOT NULL out',
  },
];

const newConstraint: Rule = {
  forbidden: /^ADD (CONSTRAINT|CHECK|UNIQUE|PRIMARY KEY|FOREIGN KEY|EXCLUDE)\b/i,
  because: 'the previous revision may write what it forbids',
  instead: 'check it in the code, and add it by hand when every revision that runs keeps to it',
};

const blockingIndex: Rule = {
  forbidden: /^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY\b)/i,
  because: 'it blocks every write to a table with data until it is built',
  instead: 'CREATE INDEX CONCURRENTLY, in a migration of its own with `transaction = false`',
};

/** Not with IF NOT EXISTS: the table may have been there, with its rows and under load. */
const createTable = new RegExp(`^CREATE (?:UNLOGGED )?TABLE (?!IF NOT EXISTS\\b)(${nameSource})`, 'i');
const createIndex = new RegExp(`^CREATE (?:UNIQUE )?INDEX .*?\\bON (?:ONLY )?(${nameSource})`, 'i');
const alterTable = new RegExp(`^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(${nameSource})(?: ?\\*)? (.*)$`, 'i');

/** @returns why one migration may not send this SQL, or undefined; remembers the tables that it creates */
export function refusal(sql: string, created: Set<string>): string | undefined {
  for (const statement of statementsIn(sql)) {
    const broken = brokenRule(statement, created);
    if (broken) return `${statement}\nis not expand-only: ${broken.because}; ${broken.instead}`;
    const table = createTable.exec(statement)?.[1];
    if (table !== undefined) created.add(tableName(table));
  }
  return undefined;
}

function brokenRule(statement: string, created: ReadonlySet<string>): Rule | undefined {
  const isNew = (table: string | undefined) => table !== undefined && created.has(tableName(table));
  const [, altered, actions] = alterTable.exec(statement) ?? [];
  if (actions !== undefined) {
    const rules = isNew(altered) ? actionRules : [...actionRules, newConstraint];
    return partsOf(actions).flatMap((action) => rules.find(({ forbidden }) => forbidden.test(action)) ?? [])[0];
  }
  const rules = isNew(createIndex.exec(statement)?.[1]) ? statementRules : [...statementRules, blockingIndex];
  return rules.find(({ forbidden }) => forbidden.test(statement));
}
