import { findMoto, INSTALL_MOTO } from '../local/moto-server';

/** For tests that need the emulator of AWS, which a machine may lack. */
export interface MotoTests {
  readonly found: boolean;
  readonly it: jest.It;
  /** Behind the title of a test: why it was skipped. Empty when it was not. */
  readonly why: string;
}

/** @param untried what nobody has tried where moto is missing, for the person who reads the run's output */
export function motoTests(untried: string): MotoTests {
  if (findMoto() !== undefined) return { found: true, it, why: '' };
  const why = ` (SKIPPED: there is no moto_server; ${INSTALL_MOTO})`;
  // Straight to stderr: of a file whose every test is skipped, jest prints neither titles nor console output.
  process.stderr.write(`${untried}${why}\n`);
  return { found: false, it: it.skip, why };
}
