import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { issueCertificates } from '../../local/certificates';

it('issues one certificate for all the names, and keeps the key of its authority from everybody', async () => {
  const issued = await issueCertificates(['api.test', 'cache.test']);
  const server = new X509Certificate(issued.cert);
  const authority = new X509Certificate(issued.caPem);
  expect(server.subjectAltName).toBe('IP Address:127.0.0.1, DNS:api.test, DNS:cache.test');
  expect(server.verify(authority.publicKey)).toBe(true);
  expect([authority.ca, server.ca]).toEqual([true, false]);
  const files = [issued.caFile, issued.certFile, issued.keyFile].map((file) => readFileSync(file, 'utf8'));
  expect(files).toEqual([issued.caPem, issued.cert, issued.key]);

  issued.remove();
  expect(existsSync(dirname(issued.keyFile))).toBe(false);
});
