import type { Resource, Template } from '../assembly/guarded-stack';
import { isObject, rewrite } from './json-value';

/**
 * A template whose resources hold what parameters, mappings and conditions say, so that a change of one of these shows
 * in each resource that uses it. CloudFormation keeps a parameter's earlier value unless told otherwise; the CDK's are
 * defaults that a deployment passes on.
 */
export function inlined(template: Template, region: string): Template {
  const { Parameters = {}, Mappings = {}, Conditions = {} } = template;
  const inline = (value: unknown): unknown =>
    rewrite(value, (object) => {
      const parameter = typeof object.Ref === 'string' ? Parameters[object.Ref] : undefined;
      if (parameter !== undefined) return parameter.Default === undefined ? undefined : { Parameter: parameter };
      const mapped = object['Fn::FindInMap'];
      if (Array.isArray(mapped)) return lookUp(mapped.map((key) => (isRegion(key) ? region : inline(key))));
      // Within a condition, another one.
      if (typeof object.Condition === 'string' && Object.keys(object).length === 1)
        return inline(Conditions[object.Condition]);
      const [condition, ...branches] = Array.isArray(object['Fn::If']) ? object['Fn::If'] : [];
      if (typeof condition !== 'string') return undefined;
      return { 'Fn::If': [inline(Conditions[condition]) ?? condition, ...branches.map(inline)] };
    });
  const lookUp = ([name, top, second]: readonly unknown[]): unknown =>
    Mappings[String(name)]?.[String(top)]?.[String(second)] ?? { 'Fn::FindInMap': [name, top, second] };
  const resource = ({ Condition, ...rest }: Resource): Resource => ({
    ...(inline(rest) as Resource),
    ...(Condition === undefined ? {} : { Condition: JSON.stringify(inline(Conditions[String(Condition)])) }),
  });
  return {
    ...template,
    Resources: Object.fromEntries(Object.entries(template.Resources).map(([id, each]) => [id, resource(each)])),
  };
}

const isRegion = (value: unknown) => isObject(value) && value.Ref === 'AWS::Region';
