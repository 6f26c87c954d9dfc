import { render } from '../../src/email/rendering';
import { type Template, templates } from '../../src/email/templates';

const all: readonly (readonly [string, Template])[] = Object.entries(templates);

describe.each(all)('the template %s', (_, { data, subject, paragraphs, action }) => {
  const fields = Object.keys(data.shape);

  it('names no field that it does not know', () => {
    const named = [subject, ...paragraphs].flatMap((line) => [...line.matchAll(/\{(\w+)/g)].map(([, field]) => field));
    for (const field of [...named, ...(action ? [action.link] : [])]) expect(fields).toContain(field);
  });

  it('tells whatever it is told', () => {
    const told = [subject, ...paragraphs].join(' ') + (action ? `{${action.link}}` : '');
    for (const field of fields) expect(told).toMatch(new RegExp(`\\{${field}[:}]`));
  });
});

it('leaves a paragraph out whose field is not told', () => {
  expect(render(templates.otp, { code: '123456' }).text).toBe(
    'your one-time code is 123456.\n\nIf you did not ask for it, you can ignore this mail.\n',
  );
  expect(render(templates.otp, { code: '123456', name: 'Asha', minutes: 10 }).text).toBe(
    [
      'Hello Asha,',
      'your one-time code is 123456.',
      'It is valid for 10 minutes.',
      'If you did not ask for it, you can ignore this mail.\n',
    ].join('\n\n'),
  );
});

it('shows a moment as a clock in India has it', () => {
  const { text } = render(templates['meeting-scheduled'], { title: 'Talk', startsAt: '2026-11-23T14:00:00Z' });
  expect(text).toMatch(/is on Monday,? 23 November,? 2026 at 7:30[\s\u202f]pm IST\.\n$/);
});

it('shows markup as it was typed', () => {
  const name = `<img src=x onerror=alert(1)>&"'`;
  const { html, text } = render(templates.otp, { code: '123456', name });
  expect(html).toContain('<p>Hello &lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;,</p>');
  expect(html).not.toContain('<img');
  expect(text).toContain(name);
});

it('keeps a link within its attribute, and takes none but http(s)', () => {
  const link = 'https://app.school.test/reset?token="><script>&a=1';
  const { html, text } = render(templates['password-reset'], { link });
  expect(html).toContain('<a href="https://app.school.test/reset?token=&quot;&gt;&lt;script&gt;&amp;a=1">');
  expect(text).toContain(`Set a new password: ${link}`);
  for (const bad of ['javascript:alert(1)', 'data:text/html,hi', 'file:///etc/passwd', '/reset'])
    expect(templates['password-reset'].data.safeParse({ link: bad }).success).toBe(false);
});

it('fills no field from what a field says, and nothing that objects have by themselves', () => {
  const { subject, text } = render(templates.message, { subject: '{text} {constructor}', text: '{subject} $& $1' });
  expect(subject).toBe('{text} {constructor}');
  expect(text).toBe('{subject} $& $1\n');
  const odd = { ...templates.message, paragraphs: ['{constructor}', 'rest'] };
  expect(render(odd, { subject: 's', text: 't' }).text).toBe('rest\n');
});

it('writes the subject in one line, whatever it is told', () => {
  const subject = 'Hello\r\nBcc: everybody@school.test\u2028\u0000 there\t';
  expect(render(templates.message, { subject, text: 'x' }).subject).toBe('Hello Bcc: everybody@school.test there');
});

it('keeps the lines of a message', () => {
  expect(render(templates.message, { subject: 's', text: 'one\r\ntwo <b>' }).html).toContain(
    '<p>one<br>\ntwo &lt;b&gt;</p>',
  );
});
