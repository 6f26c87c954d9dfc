import type { Identity } from '../identity/tokens';

declare global {
  namespace Express {
    interface Request {
      /** On every log line and in every answer. */
      id: string;
      /** The product it is for, as `x-platform` says. */
      platform: string | undefined;
      /** Whoever showed a valid token; whether it was revoked since, the guards ask. */
      identity?: Identity;
    }
  }
}
