import { createHash } from 'node:crypto';
import { prunePlan } from '../../../operator/images/prune-plan';
import type { StoredImage } from '../../../operator/images/stored-images';

const now = new Date('2026-11-28T12:00:00Z');
const dayMs = 24 * 3600_000;
const digestOf = (name: string) => `sha256:${createHash('sha256').update(name).digest('hex')}`;
const daysOld = ({ pushedAt }: StoredImage) => (now.getTime() - (pushedAt?.getTime() ?? now.getTime())) / dayMs;

const image = (name: string, days: number, more: Partial<StoredImage> = {}): StoredImage => ({
  ...{ digest: digestOf(name), tags: [name], bytes: 1, children: [], subjects: [] },
  ...{ pushedAt: new Date(now.getTime() - days * dayMs), ...more },
});
const rules = { keep: 1, olderThan: 30, now };
const removed = (...args: Parameters<typeof prunePlan>) => prunePlan(...args).remove.map(({ tags }) => tags.join());

it('removes what is old, not among the newest, and needed by nobody', () => {
  const images = [image('new', 1), image('young', 29), image('old', 31), image('needed', 300)];
  const needs = [{ digest: digestOf('needed'), because: 'production web runs it' }];
  expect(removed(images, needs, rules)).toEqual(['old']);
  expect(prunePlan(images, needs, rules).kept.map(({ image: { tags }, because }) => [...tags, because])).toEqual([
    ['new', 'one of the newest 1'],
    ['young', 'younger than 30 days'],
    ['needed', 'production web runs it'],
  ]);
  expect(removed(images, needs, { ...rules, keep: 3 })).toEqual([]);
  expect(removed([image('timeless', 0, { pushedAt: undefined })], [], { ...rules, keep: 0 })).toEqual([]);
});

it('keeps an index with its images, whichever of them is needed, and lets the index go first', () => {
  const parts = ['amd64', 'arm64', 'attestation'].map((name) => image(name, 100));
  const index = image('index', 100, { children: parts.map(({ digest }) => digest) });
  const signature = image('signature', 90, { subjects: [index.digest] });
  const images = [image('new', 1), ...parts, index, signature];
  for (const { digest } of [...parts, index, signature])
    expect(removed(images, [{ digest, because: 'staging web runs it' }], rules)).toEqual([]);
  const gone = removed(images, [], rules);
  expect(gone.slice(0, 2).sort()).toEqual(['index', 'signature']);
  expect(gone.slice(2).sort()).toEqual(['amd64', 'arm64', 'attestation']);
});

it('counts an index as one of the newest, not each of its images', () => {
  const parts = ['a', 'b', 'c'].map((name) => image(name, 50));
  const index = image('index', 50, { children: parts.map(({ digest }) => digest) });
  expect(removed([...parts, index, image('before', 60), image('oldest', 70)], [], { ...rules, keep: 2 })).toEqual([
    'oldest',
  ]);
});

it('does not count what a broken-off push has left among the newest', () => {
  const left = [1, 2, 3].map((days) => image(`left-${days}`, 30 + days, { tags: [] }));
  const images = [...left, image('newest', 40), image('before', 60)];
  const digests = prunePlan(images, [], rules).remove.map(({ digest }) => digest);
  expect(digests).toEqual([...left, image('before', 60)].map(({ digest }) => digest));
});

/** Numbers that are the same in each run. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function numbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

it('removes nothing that is needed, whatever there is', () => {
  let total = 0;
  for (let seed = 1; seed <= 500; seed += 1) {
    const below = numbers(seed);
    const plain = Array.from({ length: below(30) }, (_, index) => image(`image-${index}`, below(200)));
    const some = () => plain.filter(() => below(6) === 0).map(({ digest }) => digest);
    const indexes = Array.from({ length: below(8) }, (_, index) =>
      image(`index-${index}`, below(200), { children: some() }),
    );
    const signatures = Array.from({ length: below(4) }, (_, index) =>
      image(`signature-${index}`, below(200), { subjects: some().slice(0, 1) }),
    );
    const images = [...plain, ...indexes, ...signatures].sort(() => below(3) - 1);
    const needs = images.filter(() => below(5) === 0).map(({ digest }) => ({ digest, because: 'staging web runs it' }));
    const asked = { keep: below(6), olderThan: 1 + below(100), now };
    const { remove, kept } = prunePlan(images, needs, asked);

    const gone = new Set(remove.map(({ digest }) => digest));
    expect(gone.size + kept.length).toBe(images.length);
    expect(needs.filter(({ digest }) => gone.has(digest))).toEqual([]);
    expect(remove.filter((each) => daysOld(each) < asked.olderThan)).toEqual([]);
    // What refers to another stays or goes with it.
    for (const { digest, children, subjects } of images)
      for (const other of [...children, ...subjects]) expect(gone.has(other)).toBe(gone.has(digest));
    // Those that stay for being new are no older than any that goes.
    const youngestGone = Math.min(...remove.map(daysOld));
    if (remove.length > 0)
      expect(kept.filter((each) => daysOld(each.image) <= youngestGone).length).toBeGreaterThanOrEqual(asked.keep);
    // Referring ones first.
    const refers = remove.map(({ children, subjects }) => children.length + subjects.length > 0);
    expect(refers.lastIndexOf(true)).toBeLessThanOrEqual(
      refers.indexOf(false) === -1 ? refers.length : refers.indexOf(false),
    );
    total += remove.length;
  }
  expect(total).toBeGreaterThan(1000);
});
