import type { EnvironmentName } from '../../lib/config/environment';
import { type CfnTemplate, stacksOf } from '../synthesise';

/** What a value in a template points at, within its stack or through an export: `network/NetworkVpc7FB7348F`. */
export type Resolve = (stack: string, value: unknown) => string;

const target = (value: unknown): string | undefined => {
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return Ref ?? attribute?.[0];
};

export function referencesOf(environment: EnvironmentName): Resolve {
  const exported = new Map<string, string>();
  for (const { hierarchicalId, template } of stacksOf(environment))
    for (const { Value, Export } of Object.values((template as CfnTemplate).Outputs ?? {}) as {
      Value: unknown;
      Export?: { Name: string };
    }[])
      if (Export) exported.set(Export.Name, `${hierarchicalId.split('/')[1]}/${target(Value)}`);
  return (stack, value) => {
    const name = (value as { 'Fn::ImportValue'?: string })['Fn::ImportValue'];
    const found = name === undefined ? target(value) && `${stack}/${target(value)}` : exported.get(name);
    if (found === undefined) throw new Error(`${environment}/${stack}: ${JSON.stringify(value)} points at nothing`);
    return found;
  };
}
