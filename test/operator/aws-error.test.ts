import { explainAwsError, explainingErrors } from '../../operator/aws-error';
import { UsageError } from '../../scripts/command-line';

const failed = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

it.each([
  ['CredentialsProviderError', 'aws sso login'],
  ['ExpiredTokenException', 'have expired'],
  ['ExpiredToken', 'have expired'],
  ['AccessDeniedException', 'may not do that'],
  ['AccessDenied', 'may not do that'],
  ['UnrecognizedClientException', 'does not know these credentials'],
  ['InvalidClientTokenId', 'does not know these credentials'],
  ['ThrottlingException', 'Wait a minute'],
  ['DecryptionFailure', 'The key that encrypts it'],
])('says what to do about %s', (name, remedy) => {
  const explained = explainAwsError(failed(name, 'what AWS said'));
  expect(explained).toContain(`what AWS said (${name})`);
  expect(explained).toContain(remedy);
});

it('knows a network that is not there', () => {
  expect(explainAwsError(failed('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }))).toContain(
    'cannot be reached',
  );
  expect(explainAwsError(failed('TimeoutError', 'socket hang up', { code: 'ECONNRESET' }))).toContain(
    'cannot be reached',
  );
});

it('repeats what else a service answers, and leaves other errors alone', () => {
  const odd = failed('InvalidRequestException', 'the secret is marked for deletion', {
    $metadata: { httpStatusCode: 400 },
  });
  expect(explainAwsError(odd)).toBe('the secret is marked for deletion (InvalidRequestException, HTTP 400)');
  expect(explainAwsError(new TypeError('x is undefined'))).toBeUndefined();
  expect(explainAwsError('no error')).toBeUndefined();
});

it('prints what AWS or a command says, and leaves the rest to their trace', async () => {
  const error = jest.spyOn(console, 'error').mockImplementation(() => {});
  const thrown = (what: Error) => explainingErrors(() => Promise.reject(what));
  expect(await explainingErrors(async () => 7)).toBe(7);
  expect(await thrown(failed('AccessDenied', 'no'))).toBe(1);
  expect(await thrown(new Error('There is no secret.'))).toBe(1);
  expect(error.mock.calls.map(([line]) => String(line).split('\n')[0])).toEqual([
    'no (AccessDenied)',
    'There is no secret.',
  ]);
  await expect(thrown(new TypeError('x is undefined'))).rejects.toThrow(TypeError);
  await expect(thrown(new UsageError('called wrongly'))).rejects.toThrow(UsageError);
  error.mockRestore();
});

it('knows an answer that is not of AWS', () => {
  const page = failed('SyntaxError', 'Unexpected token <', { $metadata: { httpStatusCode: 502 } });
  expect(explainAwsError(page)).toMatch(
    /^What answers does not speak AWS's protocol \(HTTP 502\)\.\n.*AWS_ENDPOINT_URL/,
  );
});
