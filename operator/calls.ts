/** A call that changes something: shown before it is made, and by --dry-run instead. */
export interface Call {
  /** As IAM names it: `secretsmanager:PutSecretValue`. */
  readonly action: string;
  /** As AWS gets it, without what nobody may read. */
  readonly shown: Readonly<Record<string, unknown>>;
  make(): Promise<unknown>;
}

export const describeCall = ({ action, shown }: Call): string => `${action} ${JSON.stringify(shown)}`;

/** In place of a value in what is shown. */
export const hidden = (text: string): string => `(${Buffer.byteLength(text)} bytes, not shown)`;

/** Makes them one after the other; what follows one that fails is not made. */
export async function makeCalls(calls: readonly Call[], tell: (line: string) => void): Promise<void> {
  for (const call of calls) {
    await call.make();
    tell(`  ✓ ${describeCall(call)}`);
  }
}
