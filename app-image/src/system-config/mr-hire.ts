import type { Environment } from '../config/contract';
import { HttpError } from '../http/errors';
import type { Logger } from '../log';

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
    const reason = await this.push(base.replace(/\/+$/, '') + path, secret, enabledCallProviders);
    if (reason === null) return;
    this.props.log.error({ reason }, 'mr-hire was not refreshed');
    throw new HttpError(502, 'MR_HIRE_FAILED', 'Mr. Hire did not take the configuration: see whether it is up');
  }

  /** Null when it was taken, else why not. */
  private async push(url: string, secret: string, enabledCallProviders: readonly string[]): Promise<string | null> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-webhook-secret': secret },
        body: JSON.stringify({ enabledCallProviders }),
        // The secret is for this host and no other.
        redirect: 'error',
        signal: AbortSignal.timeout(this.props.timeoutMs ?? 10_000),
      });
      await response.body?.cancel();
      return response.ok ? null : `it answered ${response.status}`;
    } catch (error) {
      // What went wrong is in fetch's cause; its own message says that it failed.
      const { message, cause } = error as { message: string; cause?: { message?: string } };
      return cause?.message ?? message;
    }
  }
}
