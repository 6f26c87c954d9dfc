import { refusalOf } from '../../../rehearsal/parts/signature';

/**
 * Examples of AWS's own documentation.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
const signer = {
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
};
const host = 'examplebucket.s3.amazonaws.com';
const signedAt = Date.parse('2013-05-24T00:00:00Z');
const minutes = 60_000;

const credential = 'X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request';
const presigned = {
  method: 'GET',
  url: `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&${credential}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
  headers: { host },
};
const listed = {
  method: 'GET',
  url: '/?max-keys=2&prefix=J',
  headers: {
    host,
    'x-amz-date': '20130524T000000Z',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
};

it.each([
  { what: 'a presigned request', request: presigned, validMinutes: 24 * 60 },
  { what: 'a request that is signed in its headers', request: listed, validMinutes: 15 },
])('takes $what in its time', ({ request, validMinutes }) => {
  expect(refusalOf(request, signer, signedAt)).toBeUndefined();
  expect(refusalOf(request, signer, signedAt + validMinutes * minutes)).toBeUndefined();
  expect(refusalOf(request, signer, signedAt + validMinutes * minutes + 1)?.message).toBe('Request has expired');
  expect(refusalOf(request, signer, signedAt - 16 * minutes)?.message).toBe('Request is not yet valid');
});

const other = (change: object) => ({ ...signer, credentials: { ...signer.credentials, ...change } });
it.each([
  ['another method', { ...presigned, method: 'PUT' }, signer, 'SignatureDoesNotMatch'],
  ['another path', { ...presigned, url: presigned.url.replace('test', 'rest') }, signer, 'SignatureDoesNotMatch'],
  ['another parameter', { ...presigned, url: `${presigned.url}&acl` }, signer, 'SignatureDoesNotMatch'],
  ['another host', { ...presigned, headers: { host: 'elsewhere' } }, signer, 'SignatureDoesNotMatch'],
  ['another query', { ...listed, url: '/?max-keys=3&prefix=J' }, signer, 'SignatureDoesNotMatch'],
  ['a cut signature', { ...presigned, url: presigned.url.slice(0, -2) }, signer, 'SignatureDoesNotMatch'],
  ['another secret', listed, other({ secretAccessKey: 'wrong' }), 'SignatureDoesNotMatch'],
  ['another access key', listed, other({ accessKeyId: 'AKIAOTHER' }), 'InvalidAccessKeyId'],
  ['no token where one belongs to it', presigned, other({ sessionToken: 'token' }), 'InvalidToken'],
  ['another region', presigned, { ...signer, region: 'ap-south-1' }, 'AuthorizationHeaderMalformed'],
  ['no time', { ...listed, headers: { ...listed.headers, 'x-amz-date': '' } }, signer, 'AccessDenied'],
  ['no signature', { method: 'GET', url: '/test.txt', headers: { host } }, signer, 'AccessDenied'],
  ['another scheme', { ...listed, headers: { host, authorization: 'Bearer token' } }, signer, 'AccessDenied'],
])('refuses a request with %s', (_, request, by, code) => {
  expect(refusalOf(request, by, signedAt)?.code).toBe(code);
});
