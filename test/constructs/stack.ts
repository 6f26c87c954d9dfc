import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CfnResource } from '../deployed';
import { featureFlags } from '../synthesise';

export const account = '123456789012';
export const region = 'ap-south-1';

/** Writes where global-teardown.ts clears away. */
export const app = (): App =>
  new App({ context: featureFlags, outdir: mkdtempSync(join(process.env.TEST_ASSEMBLIES ?? '', 'own-')) });

/** A stack of its own, for a construct whose behaviour depends on its props. */
export const stack = (inRegion: string = region): Stack =>
  new Stack(app(), 'own', { env: { account, region: inRegion } });

export const templateOfStack = (own: Stack): Template => Template.fromStack(own);

/** Resources of a type, optionally those whose logical id begins with some text. */
export const all = (template: Template, type: string, prefix = ''): (CfnResource & { readonly id: string })[] =>
  Object.entries(template.findResources(type))
    .filter(([id]) => id.startsWith(prefix))
    .map(([id, resource]) => ({ ...(resource as CfnResource), id }));

/** The only resource of a type. */
export function only(template: Template, type: string, prefix = ''): CfnResource & { readonly id: string } {
  const [first, ...others] = all(template, type, prefix);
  if (first === undefined || others.length > 0)
    throw new Error(`${others.length + (first ? 1 : 0)} resources of ${type} ${prefix}*, one was expected`);
  return first;
}

interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The statements of a policy document, or none. */
export const statements = (document: { readonly Statement?: Statement[] } | undefined): Statement[] =>
  document?.Statement ?? [];

export const actions = ({ Action }: Statement): string[] => [Action].flat();

/** Attributes of a load balancer or target group, as an object. */
export const attributes = (list: readonly { readonly Key: string; readonly Value: unknown }[]) =>
  Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
