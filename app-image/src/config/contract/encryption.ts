import type { Group } from '../variable';

export const encryption = {
  title: 'Vendor API and encryption keys',
  variables: {
    VENDOR_API_KEY_PEPPER: {
      description: "Goes into the hashes of vendors' API keys, at least 32 characters",
      source: 'secret',
      secret: true,
      ownKey: 'load-bearing',
      type: 'text',
      minLength: 32,
      feature: 'vendorApi',
      required: 'feature',
      rotationBreaks: "Every vendor's API key: only hashes are stored; issue new keys to all vendors",
    },
    PLATFORM_ENCRYPTION_KEY: {
      description: 'Encrypts what the platform stores: system_configs rows, MasGateway secrets (AES-256)',
      source: 'secret',
      secret: true,
      ownKey: 'load-bearing',
      type: 'aes-256-key',
      required: 'deployed',
      // Reads "local-only-platform-not-deployed".
      localDefault: 'bG9jYWwtb25seS1wbGF0Zm9ybS1ub3QtZGVwbG95ZWQ=',
      rotationBreaks: 'Encrypted rows and stored platform secrets; re-encrypt them with the new key first',
    },
  },
} as const satisfies Group;
