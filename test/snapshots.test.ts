/**
 * What a change means for every stack of every environment, to be read in a diff. Nothing is decided
 * here: what has to hold is asserted in test/constructs and test/contracts. After a change that is
 * meant: `npx jest test/snapshots.test.ts --update-snapshot`, and read the diff.
 */
import { everyStack } from './deployed';

/** A digest of 64 hexadecimal digits names the content of an asset: it moves with every edit of it. */
const digest = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;

/** A template without what moves although the infrastructure stays as it is, its keys in order. */
function redact(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(digest, '<asset>');
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, below]) => [key, redact(below)]));
}

/** JSON with short values on one line: half of the lines, and a diff shows what belongs together. */
function written(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= 110) return flat;
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((below) => written(below, inner))
    : Object.entries(value).map(([key, below]) => `${JSON.stringify(key)}: ${written(below, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.map((line) => inner + line).join(',\n')}\n${indent}${close}`;
}

const stacks = everyStack().map(({ stack, template }) => ({ name: stack, template: template as unknown }));

it.each(stacks)('$name', ({ template }) => expect(written(redact(template))).toMatchSnapshot());

it('has nine stacks for each environment, a tenth where there is a recovery region, and delivery for each account', () => {
  expect(stacks.map(({ name }) => name.replace(/.*\//, '')).filter((name) => name === 'data')).toHaveLength(4);
  expect(stacks).toHaveLength(4 * 9 + 1 + 2);
});

describe('redaction', () => {
  const image = (hash: string) => ({ Image: { 'Fn::Sub': `account.dkr.ecr.region/assets:${hash}` }, Cpu: 256 });
  const [one, other] = ['0123456789abcdef'.repeat(4), 'fedcba9876543210'.repeat(4)];

  it('makes two contents of an asset the same, wherever they are', () => {
    expect(redact([image(one), `${one}.zip`])).toEqual(redact([image(other), `${other}.zip`]));
    expect(redact(image(one))).toEqual({ Image: { 'Fn::Sub': 'account.dkr.ecr.region/assets:<asset>' }, Cpu: 256 });
  });

  it('is written so that it can be read back', () => {
    for (const { template } of stacks) expect(JSON.parse(written(template))).toEqual(template);
  });

  it('leaves everything else as it is', () => {
    const rest = {
      Retention: 365,
      Enabled: false,
      Nothing: null,
      Id: 'Key961B73FD',
      Short: one.slice(1),
      Long: `${one}a`,
    };
    expect(redact(rest)).toEqual(rest);
    expect(redact({ ...image(one), Cpu: 512 })).not.toEqual(redact(image(one)));
  });

  it('leaves no digest in any template, and had some to redact', () => {
    const before = stacks.filter(({ template }) => JSON.stringify(template).search(digest) >= 0);
    expect(before.length).toBeGreaterThanOrEqual(4);
    for (const { template } of stacks) expect(JSON.stringify(redact(template)).match(digest)).toBeNull();
  });
});
