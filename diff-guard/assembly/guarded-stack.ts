/** A stack of a cloud assembly, as far as a comparison looks. */
export interface GuardedStack {
  /** The stage, or undefined for what is deployed once per account. */
  readonly environment: string | undefined;
  /** Within its environment: `service` */
  readonly id: string;
  /** `production/service`, `delivery-000000000001` */
  readonly path: string;
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly terminationProtection: boolean;
  readonly template: Template;
  readonly acknowledgements: readonly Acknowledgement[];
  /** Where the assembly says what the template does not: construct paths by logical id. */
  readonly constructPaths: Readonly<Record<string, string>>;
}

/** A finding of a policy pack that somebody has accepted. */
export interface Acknowledgement {
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

export type Properties = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly Condition?: unknown;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Properties;
  readonly [attribute: string]: unknown;
}

export interface Output {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
  readonly [attribute: string]: unknown;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, Output>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Properties;
  readonly [section: string]: unknown;
}

export const emptyTemplate: Template = { Resources: {} };
