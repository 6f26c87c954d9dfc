import type { StoreEndpoint } from '../../../rehearsal/parts/store-endpoint';

/** Passes nothing on, and tells whoever asks where it would. */
export class RecordedEndpoint implements StoreEndpoint {
  readonly followed: (number | 'down')[] = [];

  get port(): number | undefined {
    const last = this.followed.at(-1);
    return last === 'down' ? undefined : last;
  }

  async follow(port: number): Promise<void> {
    this.followed.push(port);
  }

  async down(): Promise<void> {
    this.followed.push('down');
  }
}
