import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

const COMMON = { keyType: 'ec', algorithm: 'sha256' } as const;

/** For a server that clients verify: the files lie in a folder of their own until `remove()`. */
export interface Certificates {
  readonly caPem: string;
  readonly key: string;
  readonly cert: string;
  readonly caFile: string;
  readonly keyFile: string;
  readonly certFile: string;
  remove(): void;
}

/**
 * One certificate for these names and 127.0.0.1, by an authority whose key nobody keeps.
 *
 * @param parent of their folder
 */
export async function issueCertificates(hostNames: readonly string[], parent = tmpdir()): Promise<Certificates> {
  const ca = await generate([{ name: 'commonName', value: 'mr-mentor throwaway authority' }], {
    ...COMMON,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: hostNames[0] ?? '127.0.0.1' }], {
    ...COMMON,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          ...hostNames.map((name) =>
            isIP(name) ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const),
          ),
        ],
      },
    ],
  });
  const folder = mkdtempSync(join(parent, 'mr-mentor-certificates-'));
  const write = (name: string, pem: string): string => {
    const path = join(folder, name);
    writeFileSync(path, pem, { mode: 0o600 });
    return path;
  };
  return {
    caPem: ca.cert,
    key: server.private,
    cert: server.cert,
    caFile: write('ca.pem', ca.cert),
    keyFile: write('key.pem', server.private),
    certFile: write('cert.pem', server.cert),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
