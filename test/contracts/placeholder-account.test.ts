import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts, isPlaceholderAccount } from '../../lib/config/accounts';

const root = join(__dirname, '..', '..');

interface CredentialSource {
  readonly name: string;
  isAvailable(): Promise<boolean>;
  canProvideCredentials(account: string): Promise<boolean>;
  getProvider(account: string): Promise<unknown>;
}
interface Plugin {
  readonly version: string;
  init(host: { registerCredentialProviderSource(source: CredentialSource): void }): void;
  isPlaceholderAccount(account: string): boolean;
}
const plugin: Plugin = require(join(root, 'cdk-cli-plugin'));

/** The plug-in as the CLI meets it. */
const source = (): CredentialSource => {
  const registered: CredentialSource[] = [];
  plugin.init({ registerCredentialProviderSource: (one) => registered.push(one) });
  expect(registered).toHaveLength(1);
  return registered[0] as CredentialSource;
};

const ids: readonly (readonly [account: string, placeholder: boolean])[] = [
  ['000000000000', true],
  ['000000000001', true],
  ['000000000002', true],
  ['000000000999', true],
  ['000000001000', false],
  ['000000012345', false],
  ['100000000000', false],
  ['123456789012', false],
  ['987654321098', false],
];

describe.each(ids)('the account %s', (account, placeholder) => {
  it(`is ${placeholder ? 'a placeholder' : 'real'} to the app, to the plug-in and to the CLI`, async () => {
    expect(isPlaceholderAccount(account)).toBe(placeholder);
    expect(plugin.isPlaceholderAccount(account)).toBe(placeholder);
    expect(await source().canProvideCredentials(account)).toBe(placeholder);
  });
});

it('the app and the plug-in agree on the accounts that are configured', () => {
  for (const account of Object.values(accounts))
    expect(plugin.isPlaceholderAccount(account)).toBe(isPlaceholderAccount(account));
});

it('a deployment to a placeholder ends with the account, the file to edit and the way around', async () => {
  expect(await source().isAvailable()).toBe(true);
  await expect(source().getProvider('000000000001')).rejects.toThrow(
    /000000000001.*lib\/config\/accounts\.ts.*-c account=\d{12}.*Nothing was deployed/,
  );
});

it('the CLI loads the plug-in, by the name of its package', () => {
  const read = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));
  const { name } = read('cdk-cli-plugin', 'package.json');
  expect(read('cdk.json').plugin).toContain(name);
  expect(read('package.json').devDependencies[name]).toBe('file:cdk-cli-plugin');
  expect(plugin.version).toBe('1');
});
