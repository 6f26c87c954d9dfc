import { CfnElement, Stack, Token, Tokenization } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

/**
 * Text with names that only a deployment knows, as another stack reads it: by SSM parameters, which the stack
 * that has the names publishes. An export would do as well until a cluster or a target group has to be
 * replaced: CloudFormation refuses to change an export while another stack uses it.
 *
 * @param about of the stack whose names are in the text
 * @throws Error for what is computed and so has no name of its own
 */
export function readName(reader: Construct, about: Construct, text: string): string {
  if (!Token.isUnresolved(text) || Stack.of(reader) === Stack.of(about)) return text;
  return Tokenization.reverseString(text).tokens.reduce<string>(
    (read, token) => read.replaceAll(Token.asString(token), publishedValue(reader, about, Token.asString(token))),
    text,
  );
}

function publishedValue(reader: Construct, about: Construct, name: string): string {
  const owner = Stack.of(about);
  const resolved = owner.resolve(name);
  if (typeof resolved === 'string') return resolved;
  const label = labelOf(owner, resolved);
  const parameterName = `/${owner.stackName}/${label}`;
  const names = owner.node.tryFindChild('Names') ?? new Construct(owner, 'Names');
  if (names.node.tryFindChild(label) === undefined)
    new ssm.StringParameter(names, label, { parameterName, stringValue: name });
  return ssm.StringParameter.valueForStringParameter(reader, parameterName);
}

type Resolved = { readonly Ref?: string; readonly 'Fn::GetAtt'?: readonly [logicalId: string, attribute: string] };

/** By its construct, which people know: `Cluster`, `Web.Release.Blue.TargetGroupFullName`. */
function labelOf(owner: Stack, resolved: Resolved): string {
  const { Ref, 'Fn::GetAtt': [logicalId, attribute] = [Ref, undefined] } = resolved;
  const element = owner.node
    .findAll()
    .find((each) => CfnElement.isCfnElement(each) && owner.resolve(each.logicalId) === logicalId);
  if (element === undefined)
    throw new Error(
      `${owner.node.path}: ${JSON.stringify(resolved)} is no reference to a resource of this stack; state one that is.`,
    );
  const path = element.node.scopes.slice(owner.node.scopes.length).map(({ node }) => node.id);
  return [...path.filter((id) => id !== 'Resource'), ...(attribute ? [attribute] : [])].join('.');
}
