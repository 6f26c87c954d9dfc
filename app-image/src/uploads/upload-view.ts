import type { Upload } from './entities';

/** What its owner sees: not where it lies. */
export const viewOf = ({ bucket: _bucket, userId, size, createdAt, ...upload }: Upload) => ({
  ...upload,
  userId,
  size: Number(size),
  createdAt: createdAt.toISOString(),
});
