import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { named, onPath } from './executable';
import { freePort } from './free-port';
import { ServerProcess } from './server-process';

/** For whoever goes without it, to say how to have it. */
export const INSTALL_MOTO = "pip install 'moto[server]'";

const HOST = '127.0.0.1';

/** The program that answers as S3, Secrets Manager and others of AWS, if it is installed. */
export const findMoto = (): string | undefined => named('MOTO_SERVER') ?? onPath('moto_server');

/** @throws with how to install it, if there is none. */
export async function startMoto(): Promise<Moto> {
  const command = findMoto();
  if (!command)
    throw new Error(
      `There is no moto_server: MOTO_SERVER is not set, and none is on the PATH. Install it: ${INSTALL_MOTO}`,
    );
  const moto = new Moto(await freePort(), command);
  await moto.ready();
  return moto;
}

export class Moto extends ServerProcess {
  readonly url: string;

  constructor(
    readonly port: number,
    command: string,
  ) {
    super({
      name: 'moto',
      folder: mkdtempSync(join(tmpdir(), 'mr-mentor-moto-')),
      server: { command, args: ['-H', HOST, '-p', String(port)] },
      // Its own rule, which allows every origin everything, would hide those of a bucket.
      environment: { MOTO_DISABLE_GLOBAL_CORS: 'true' },
      readyLine: /Running on http/,
      closeWith: 'SIGTERM',
      killWith: 'SIGKILL',
    });
    this.url = `http://${HOST}:${port}`;
  }

  override async ready(): Promise<void> {
    await super.ready();
    // Its first answer takes longer than the next ones: it loads what it needs then.
    await fetch(`${this.url}/moto-api/`);
  }
}
