/** Where a backup is, by when it began: `backups/mas/2026/11/2026-11-20T19-15-03-123Z.dump`. */
export const dumpKey = (database: string, at: Date): string => {
  const stamp = at.toISOString().replace(/[:.]/g, '-');
  return `${backupsOf(database)}${stamp.slice(0, 4)}/${stamp.slice(5, 7)}/${stamp}.dump`;
};

/** All backups of a database are under this. */
export const backupsOf = (database: string): string => `backups/${encodeURIComponent(database)}/`;

/** Beside its dump, and written last: a dump without one is no backup. */
export const manifestKey = (dump: string): string => dump.replace(/\.dump$/, '.manifest.json');

export const isDumpKey = (key: string): boolean => /^backups\/[^/]+\/\d{4}\/\d{2}\/[\dTZ-]+\.dump$/.test(key);

/** The newest first: the key's order is that of time. */
export const dumpsWithManifest = (keys: readonly string[]): string[] => {
  const all = new Set(keys);
  return keys
    .filter((key) => isDumpKey(key) && all.has(manifestKey(key)))
    .sort()
    .reverse();
};
