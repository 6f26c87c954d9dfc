import type { Environment } from '../config/contract';
import { HttpError } from '../http/errors';
import type { Logger } from '../log';
import { below, CallFailed, call, discard } from '../outgoing/call';

const path = '/api/internal/system-config/refresh';

export interface MrHireProps {
  readonly environment: Pick<Environment, 'MR_HIRE_BACKEND_URL' | 'MR_HIRE_WEBHOOK_SECRET'>;
  readonly log: Logger;
  /** @default 10_000 */
  readonly timeoutMs?: number;
}

/** Mr. Hire reads the configuration when it starts; this tells it to read it again. */
export class MrHire {
  constructor(private readonly props: MrHireProps) {}

  async refresh(enabledCallProviders: readonly string[]): Promise<void> {
    const { MR_HIRE_BACKEND_URL: base, MR_HIRE_WEBHOOK_SECRET: secret } = this.props.environment;
    if (!base || !secret)
      throw new HttpError(
        503,
        'MR_HIRE_NOT_CONFIGURED',
        'Mr. Hire is not configured: set MR_HIRE_BACKEND_URL and MR_HIRE_WEBHOOK_SECRET',
      );
    try {
      const response = await call({
        to: 'Mr. Hire',
        url: below(base, path),
        headers: { 'x-webhook-secret': secret },
        body: { enabledCallProviders },
        timeoutMs: this.props.timeoutMs ?? 10_000,
      });
      await discard(response);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      this.props.log.error({ reason: error.message }, 'mr-hire was not refreshed');
      throw new HttpError(502, 'MR_HIRE_FAILED', 'Mr. Hire did not take the configuration: see whether it is up');
    }
  }
}
