import type { Answer } from './call';
import { send } from './call';
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
  const member = crowd.next();
  const announced = await traffic.ask(newUpload(file.length), member);
  const { url, headers, ticket } = (announced && dataOf(announced)) ?? {};
  // Told before: a page does not go on either.
  if (typeof url !== 'string' || typeof ticket !== 'string') return;

  const { origin } = member.caller;
  const put = await traffic.track(
    send(
      { method: 'PUT', url, headers: { ...(headers as Record<string, string>), origin }, body: file },
      { agent: false, connectTo: { hostname: '127.0.0.1', port: awsPort }, ca },
    ),
  );
  const answer: Answer = { ...put, target: 's3' };
  if (traffic.record('upload', answer, [200], crossOriginComplaint(answer, origin)))
    await traffic.ask(confirmation(ticket), member);
}
