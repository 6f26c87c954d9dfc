/** The least that BullMQ and nodemailer do for the same mails. */
const { Worker } = require('bullmq');
const { createTransport } = require('nodemailer');

const { REDIS_HOST, REDIS_PORT, EMAIL_HOST, EMAIL_PORT, EMAIL_USER, EMAIL_PASS, QUEUE } = process.env;
const transporter = createTransport({
  host: EMAIL_HOST,
  port: Number(EMAIL_PORT),
  auth: { user: EMAIL_USER, pass: EMAIL_PASS },
  pool: true,
  maxConnections: 5,
});
const send = async ({ data: { to, data } }) => {
  const { subject, text } = data;
  const { messageId } = await transporter.sendMail({ from: EMAIL_USER, to, subject, text, html: `<p>${text}</p>` });
  return { messageId };
};
const worker = new Worker(QUEUE, send, {
  connection: { host: REDIS_HOST, port: Number(REDIS_PORT), maxRetriesPerRequest: null },
  concurrency: 5,
});
worker.on('ready', () => console.log('{"msg":"listening"}'));
worker.on('failed', (_job, error) => console.error(error.message));
