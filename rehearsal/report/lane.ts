import type { Content } from './html';

/** A strip of a drawing, which has its own top. */
export interface Lane {
  readonly height: number;
  readonly content: Content;
}
