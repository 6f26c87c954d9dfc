/**
 * A plug-in of the CDK CLI (`plugin` in cdk.json): it is asked for credentials of accounts that the
 * caller's own are not for, and refuses those that nobody has replaced yet. Synth asks for none.
 *
 * Plain JavaScript and a package of its own, because the CLI loads it by name without a loader.
 */

/** Must agree with isPlaceholderAccount() in lib/config/accounts.ts; a test holds them together. */
const isPlaceholderAccount = (/** @type {string} */ account) => account.startsWith('000000000');

const source = {
  name: 'placeholder accounts',
  isAvailable: async () => true,
  canProvideCredentials: async (/** @type {string} */ account) => isPlaceholderAccount(account),
  getProvider: async (/** @type {string} */ account) => {
    throw new Error(
      `Account ${account} is a placeholder: write your account ids into lib/config/accounts.ts, or pass -c account=123456789012. Nothing was deployed.`,
    );
  },
};

module.exports = {
  version: '1',
  init: (/** @type {{ registerCredentialProviderSource(source: unknown): void }} */ host) =>
    host.registerCredentialProviderSource(source),
  isPlaceholderAccount,
};
