import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';
import { installedMoto, type MotoServer } from './moto-server';
import { ServerProcess } from './server-process';

const HOST = '127.0.0.1';

/** @param server of `provisionMoto()`, if one may be downloaded */
export async function startMoto(server: MotoServer = installedMoto()): Promise<Moto> {
  const moto = new Moto(await freePort(), server);
  await moto.ready();
  return moto;
}

export class Moto extends ServerProcess {
  readonly url: string;

  constructor(
    readonly port: number,
    { command, args, environment }: MotoServer,
  ) {
    super({
      name: 'moto',
      folder: mkdtempSync(join(tmpdir(), 'mr-mentor-moto-')),
      server: { command, args: [...args, '-H', HOST, '-p', String(port)] },
      // Its own rule, which allows every origin everything, would hide those of a bucket.
      environment: { ...environment, MOTO_DISABLE_GLOBAL_CORS: 'true' },
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
