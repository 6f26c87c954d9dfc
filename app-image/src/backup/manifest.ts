import { createHash } from 'node:crypto';
import { z } from 'zod';

const content = z.strictObject({
  format: z.literal(1),
  key: z.string(),
  database: z.string(),
  environment: z.string(),
  revision: z.string().optional(),
  serverMajor: z.int(),
  pgDump: z.string(),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[\da-f]{64}$/),
  /** By table, as of the dump's own snapshot. */
  rows: z.record(z.string(), z.int().nonnegative()),
  migrations: z.array(z.string()),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
});
const sealed = content.extend({ seal: z.string() });

/** What a dump must turn out to be. */
export type Manifest = Readonly<z.infer<typeof content>>;

/** Against an edit or a mix-up. Whoever means harm can seal again: the bucket's versions are what is left then. */
const sealOf = (manifest: Manifest) => createHash('sha256').update(JSON.stringify(manifest)).digest('hex');

export const manifestText = (manifest: Manifest): string =>
  `${JSON.stringify({ ...manifest, seal: sealOf(manifest) }, null, 2)}\n`;

/** @throws where it is none, or not as it was written, or another dump's */
export function readManifest(text: string, dump: string): Manifest {
  const { seal, ...manifest } = parsed(text, dump);
  if (sealOf(manifest) !== seal) throw new Error(`The manifest of ${dump} was changed after it was written`);
  if (manifest.key !== dump) throw new Error(`The manifest of ${dump} is that of ${manifest.key}`);
  return manifest;
}

function parsed(text: string, dump: string) {
  try {
    return sealed.parse(JSON.parse(text));
  } catch (error) {
    const paths = error instanceof z.ZodError ? error.issues.map(({ path }) => path.join('.') || 'its fields') : [];
    throw new Error(`The manifest of ${dump} is none (${paths.join(', ') || 'not JSON'})`);
  }
}
