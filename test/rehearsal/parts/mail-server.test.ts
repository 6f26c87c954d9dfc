import '../../../app-image/src/http/request';
import { loadEnvironment } from '../../../app-image/src/config/load';
import { Mailer } from '../../../app-image/src/email/mailer';
import { jobOf, startMailServer } from '../../../rehearsal/parts/mail-server';

it('tells the job of each mail that the mailer sends, as often as it is sent', async () => {
  const jobs: (string | undefined)[] = [];
  const server = await startMailServer({ onDelivery: ({ mail }) => jobs.push(jobOf(mail.messageId)) });
  const mailer = new Mailer(loadEnvironment({ APP_ENV: 'test', ...server.environment }));
  const mail = { to: 'asha@school.test', cc: [], subject: 'Test', text: 'Test.\n', html: '<p>Test.</p>\n' };
  const [first, second] = ['9b2c0a52-4b65-4a5e-8a4d-8f0c6a5e9a10', 'repeat-daily-1763600000000'];
  for (const id of [first, second, first]) await mailer.send({ ...mail, id });
  mailer.close();
  await server.stop();
  expect(jobs).toEqual([first, second, first]);
});

it.each([undefined, '', 'a@b', '<no-domain>', '<@b>'])('knows no job of %p', (messageId) => {
  expect(jobOf(messageId)).toBeUndefined();
});
