import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { type ComposeOptions, composeApp } from '../lib/compose-app';
import type { EnvironmentName } from '../lib/config/environment';
import { type StackId, stackOf, stacksIn } from './deployed';

/** Feature flags of cdk.json, which the CLI passes and a test has to pass itself. */
export const featureFlags: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(join(__dirname, '..', 'cdk.json'), 'utf8'),
).context;

export interface ComposeTestOptions extends Omit<ComposeOptions, 'app'> {
  /** As `-c key=value` gives it. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** @default - one that global-teardown.ts removes */
  readonly outdir?: string;
}

/** The whole app as bin/app.ts composes it, but without the policy packs: they have a test of their own. */
export function compose({ context, outdir, ...options }: ComposeTestOptions = {}): App {
  return composeApp({
    ...options,
    app: {
      outdir: outdir ?? mkdtempSync(join(process.env.TEST_ASSEMBLIES ?? '', 'composed-')),
      context: { ...featureFlags, policyChecks: 'false', ...context },
    },
  });
}

/** For `hasResourceProperties` and its like. */
export const templateOf = (
  environment: EnvironmentName,
  id: StackId,
  /** @default - what is deployed, as it is configured */
  assembly?: CloudAssembly,
): Template => Template.fromJSON(stackOf(environment, id, assembly && stacksIn(assembly)).template);
