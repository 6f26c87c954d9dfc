import { nearestName } from '../../src/config/nearest-name';

const known = ['JWT_SECRET', 'JWT_EXPIRES_IN', 'PORT', 'HOST', 'EXOTEL_API_KEY', 'EXOTEL_API_TOKEN'];

it.each([
  ['JWT_SECERT', 'JWT_SECRET'],
  ['jwt_secret', 'JWT_SECRET'],
  ['JWTSECRET', 'JWT_SECRET'],
  ['EXOTEL_APIKEY', 'EXOTEL_API_KEY'],
  ['EXOTEL_API_TOKENS', 'EXOTEL_API_TOKEN'],
  ['PROT', undefined],
  ['POT', 'PORT'],
  ['STRIPE_SECRET_KEY', undefined],
  ['', undefined],
])('%s was meant to be %s', (name, nearest) => {
  expect(nearestName(name, known)).toBe(nearest);
});

it('knows nothing where there is nothing to know', () => {
  expect(nearestName('PORT', [])).toBeUndefined();
});
