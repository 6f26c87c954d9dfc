import type { EnvironmentName } from '../../lib/config/environment';
import { stackIdsOf, stackOf } from '../deployed';

/** What a value in a template points at, within its stack or through an export: `network/NetworkVpc7FB7348F`. */
export type Resolve = (stack: string, value: unknown) => string;

const target = (value: unknown): string | undefined => {
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return Ref ?? attribute?.[0];
};

export function referencesOf(environment: EnvironmentName): Resolve {
  const exported = new Map<string, string>();
  for (const stack of stackIdsOf(environment))
    for (const { Value, Export } of Object.values(stackOf(environment, stack).template.Outputs ?? {}) as {
      Value: unknown;
      Export?: { Name: string };
    }[])
      if (Export) exported.set(Export.Name, `${stack}/${target(Value)}`);
  return (stack, value) => {
    const name = (value as { 'Fn::ImportValue'?: string })['Fn::ImportValue'];
    const found = name === undefined ? target(value) && `${stack}/${target(value)}` : exported.get(name);
    if (found === undefined) throw new Error(`${environment}/${stack}: ${JSON.stringify(value)} points at nothing`);
    return found;
  };
}
