import { readFileSync } from 'node:fs';
import { readStackArtifacts } from '../rehearsal/assembly/cloud-assembly';

/** A widget of CloudWatch's dashboard body, as far as a picture of it goes. */
export interface Widget {
  readonly type: 'text' | 'metric' | 'alarm';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly stacked?: boolean;
    /** Namespace, name, dimensions in pairs, options; or an expression. */
    readonly metrics?: readonly (readonly (string | MetricOptions)[])[];
    readonly annotations?: { readonly horizontal?: readonly Threshold[]; readonly alarms?: readonly string[] };
    readonly region?: string;
  };
}
export interface MetricOptions {
  readonly label?: string;
  readonly expression?: string;
  readonly visible?: boolean;
  readonly id?: string;
}
export interface Threshold {
  readonly value: number;
  readonly label?: string;
  readonly color?: string;
  readonly fill?: 'above' | 'below' | 'none';
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/**
 * The dashboard of an environment, as its template has it. What only a deployment knows is shown by its name.
 *
 * @throws Error when the assembly has no dashboard of the environment
 */
export function readDashboard(assembly: string, environment: string): readonly Widget[] {
  for (const { templateFile } of readStackArtifacts(assembly).filter((stack) => stack.environment === environment)) {
    const { Resources } = JSON.parse(readFileSync(templateFile, 'utf8')) as { Resources: Record<string, Resource> };
    const dashboard = Object.values(Resources).find(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
    if (dashboard) return JSON.parse(flat(dashboard.Properties.DashboardBody, Resources)).widgets;
  }
  throw new Error(
    `${assembly} has no dashboard of ${environment}; synthesise it with npm run synth -- ${environment}.`,
  );
}

/** A value with its references by name: alarms by theirs, the rest by logical id. */
function flat(value: unknown, resources: Readonly<Record<string, Resource>>): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[kind, argument] = []] = Object.entries(value);
  if (kind === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map((part) => flat(part, resources)).join(separator);
  }
  const [name] = Array.isArray(argument) ? argument : [argument];
  const alarm = resources[name as string]?.Properties?.AlarmName;
  return String(alarm ?? name);
}
