import { type Answer, type Call, send } from './call';
import type { Crowd } from './crowd';
import { confirmation, dataOf, newUpload } from './kinds';
import { crossOriginComplaint, type Traffic } from './traffic';

const file = 'a certificate '.repeat(220);

export interface UploadsProps {
  readonly traffic: Traffic;
  readonly crowd: Crowd;
  /** Where presigned URLs lead, whatever host they name. */
  readonly awsPort: number;
  /** PEM, for URLs of https. */
  readonly ca: string;
}

/** Uploads a file as a page does: asks for a URL, puts the file there, and confirms. */
export async function upload({ traffic, crowd, awsPort, ca }: UploadsProps): Promise<void> {
  const member = crowd.next({ name: 'upload' });
  const announced = await traffic.ask(newUpload(file.length), member);
  const { url, headers, ticket } = (announced && dataOf(announced)) ?? {};
  // Told before: a page does not go on either.
  if (typeof url !== 'string' || typeof ticket !== 'string') return;

  const { origin } = member.caller;
  const signed = headers as Record<string, string>;
  const route = { agent: false, connectTo: { hostname: '127.0.0.1', port: awsPort }, ca } as const;
  const ask = async (kind: string, call: Omit<Call, 'url'>): Promise<boolean> => {
    const answer = await traffic.track(send({ url, ...call, headers: { origin, ...call.headers } }, route));
    const told: Answer = { ...answer, target: 's3' };
    return traffic.record(kind, told, [200], crossOriginComplaint(told, origin));
  };
  const preflight = {
    'access-control-request-method': 'PUT',
    'access-control-request-headers': Object.keys(signed).sort().join(',').toLowerCase(),
  };
  // As a browser does: where the bucket does not let the page, the file is never sent.
  if (!(await ask('upload preflight', { method: 'OPTIONS', headers: preflight }))) return;
  if (await ask('upload', { method: 'PUT', headers: signed, body: file }))
    await traffic.ask(confirmation(ticket), member);
}
