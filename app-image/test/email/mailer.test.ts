import { UnrecoverableError } from 'bullmq';
import { freePort } from '../../../local/free-port';
import { type MailServer, refusal, startMailServer } from '../../../rehearsal/parts/mail-server';
import { loadEnvironment } from '../../src/config/load';
import { connectionOf, type Mail, Mailer } from '../../src/email/mailer';

const mail: Mail = {
  ...{ id: 'job-of-the-test', to: 'asha@school.test', cc: [] },
  ...{ subject: 'Grüße', text: 'Your secret is 4711.\n', html: '<p>Your secret is 4711.</p>\n' },
};

let server: MailServer;
const opened: Mailer[] = [];
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(async () => {
  for (const mailer of opened.splice(0)) mailer.close();
  await server.stop();
});

function mailerWith(variables: Readonly<Record<string, string>> = {}): Mailer {
  const mailer = new Mailer(loadEnvironment({ APP_ENV: 'test', ...server.environment, ...variables }));
  opened.push(mailer);
  return mailer;
}

/** Why it was not sent, and whether it is tried again. */
async function failure(sending: Promise<unknown>): Promise<{ reason: string; final: boolean }> {
  const error = await sending.then(
    () => new Error('It was sent.'),
    (thrown: Error) => thrown,
  );
  // What a server says, and what the mail says, is in no reason.
  expect(JSON.stringify([error.message, error.stack, error.cause])).not.toMatch(/asha@|4711|not accepted for/);
  return { reason: error.message, final: error instanceof UnrecoverableError };
}

it('sends a text and an HTML part, from EMAIL_FROM, under an id that follows from the job', async () => {
  const mailer = mailerWith({ EMAIL_FROM: 'noreply@school.test' });
  expect(await mailer.send({ ...mail, cc: ['copy@school.test'] })).toEqual({
    messageId: '<job-of-the-test@school.test>',
    refusedCopies: 0,
  });
  const [delivery] = server.deliveries;
  expect(delivery?.to).toEqual(['asha@school.test', 'copy@school.test']);
  expect(delivery?.mail).toMatchObject({
    messageId: '<job-of-the-test@school.test>',
    from: { address: 'noreply@school.test' },
    to: [{ address: 'asha@school.test' }],
    cc: [{ address: 'copy@school.test' }],
    subject: 'Grüße',
    text: expect.stringMatching(/^Your secret is 4711\.\s+$/),
    html: expect.stringMatching(/^<p>Your secret is 4711\.<\/p>\s+$/),
  });
  expect(delivery?.mail.headers).toContainEqual(
    expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
  );
});

it('uses one connection for one mail after the other', async () => {
  const mailer = mailerWith();
  for (let count = 0; count < 5; count += 1) await mailer.send({ ...mail, id: `job-${count}` });
  expect(server.deliveries).toHaveLength(5);
  expect(server.logins).toHaveLength(1);
});

it('says that a header has one line, even to somebody who does not', async () => {
  await mailerWith().send({ ...mail, subject: 'Hi\r\nBcc: everybody@school.test' });
  const [delivery] = server.deliveries;
  expect(delivery?.to).toEqual(['asha@school.test']);
  expect(delivery?.mail.headers.map(({ key }) => key)).not.toContain('bcc');
});

describe('a server that refuses the credentials', () => {
  it('fails the mail for good, and is not asked again for each further mail', async () => {
    server.state.password = 'renewed';
    const mailer = mailerWith();
    const reason =
      'The mail server refuses EMAIL_USER with EMAIL_PASS (535 5.7.8): renew the app password, then retry the failed jobs';
    for (let count = 0; count < 20; count += 1)
      expect(await failure(mailer.send(mail))).toEqual({ reason, final: true });
    expect(server.logins).toHaveLength(1);
  });
});

it.each([
  [
    'recipient',
    550,
    '5.1.1 asha@school.test: no such user',
    'The mail server refuses an address of the mail (550 5.1.1)',
    true,
  ],
  ['recipient', 450, '4.2.1 asha@school.test is busy', 'The mail server puts the mail off (450 4.2.1)', false],
  ['message', 554, '5.7.1 4711 looks like spam', 'The mail server refuses the mail (554 5.7.1)', true],
  ['message', 451, 'asha@school.test later', 'The mail server puts the mail off (451)', false],
])('tells a %s that is answered with %i %s', async (what, code, words, reason, final) => {
  const refused = refusal(code, words);
  if (what === 'recipient') server.state.onRecipient = () => refused;
  else server.state.onMessage = () => refused;
  expect(await failure(mailerWith().send(mail))).toEqual({ reason, final });
  expect(server.deliveries).toEqual([]);
});

it('has not sent a mail that only a copy of was taken', async () => {
  server.state.onRecipient = (address) => (address === mail.to ? refusal(550, '5.1.1 no such user') : undefined);
  expect(await failure(mailerWith().send({ ...mail, cc: ['copy@school.test'] }))).toEqual({
    reason: 'The mail server refuses an address of the mail (550 5.1.1)',
    final: true,
  });
});

it('has sent a mail of which a copy was refused', async () => {
  server.state.onRecipient = (address) => (address === mail.to ? undefined : refusal(550, '5.1.1 no such user'));
  expect(await mailerWith().send({ ...mail, cc: ['copy@school.test'] })).toMatchObject({ refusedCopies: 1 });
});

it('is tried again when nobody listens', async () => {
  const nobody = mailerWith({ EMAIL_PORT: String(await freePort()) });
  expect(await failure(nobody.send(mail))).toEqual({
    reason: 'The mail server cannot be used (ECONNREFUSED)',
    final: false,
  });
});

it('gives up after EMAIL_TIMEOUT_MS, though each step is in time, and goes on with the next mail', async () => {
  const mailer = mailerWith({ EMAIL_TIMEOUT_MS: '400' });
  const answers: (() => void)[] = [];
  server.state.onMessage = () => new Promise((resolve) => answers.push(() => resolve(undefined)));
  expect(await failure(mailer.send(mail))).toEqual({
    reason: 'The mail server took longer than EMAIL_TIMEOUT_MS',
    final: false,
  });
  server.state.onMessage = () => undefined;
  expect(await mailer.send({ ...mail, id: 'the-next' })).toMatchObject({ refusedCopies: 0 });
  for (const answer of answers) answer();
});

it('names the variables that are missing when e-mail is off', async () => {
  const off = new Mailer(loadEnvironment({ APP_ENV: 'test', EMAIL_USER: 'mailer@school.test' }));
  expect(await failure(off.send(mail))).toEqual({
    reason: 'E-mail is off: set EMAIL_PASS, then retry the failed jobs',
    final: true,
  });
});

it.each([
  ['smtp.gmail.com', '465', { secure: true, requireTLS: false }],
  ['smtp.gmail.com', '587', { secure: false, requireTLS: true }],
  ['mail.school.test', '25', { secure: false, requireTLS: true }],
  ['127.0.0.1', '1025', { secure: false, requireTLS: false }],
  ['localhost', '465', { secure: true, requireTLS: false }],
])('speaks TLS with %s on port %s', (EMAIL_HOST, EMAIL_PORT, expected) => {
  const { environment } = loadEnvironment({ APP_ENV: 'test', EMAIL_HOST, EMAIL_PORT });
  expect(connectionOf(environment)).toMatchObject(expected);
});
