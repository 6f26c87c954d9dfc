import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../config/environment';
import { application } from '../config/names';

export interface EndpointProps {
  readonly env: { readonly name: EnvironmentName };
  readonly name: 'database' | 'cache';
  readonly host: string;
  readonly port: string;
}

/**
 * Host and port of a stateful resource, published as SSM parameters. An export would do as well until
 * the resource has to change: CloudFormation refuses to alter an export while another stack uses it.
 */
export class Endpoint extends Construct {
  private readonly prefix: string;

  constructor(scope: Construct, id: string, { env, name, host, port }: EndpointProps) {
    super(scope, id);
    this.prefix = `/${application}/${env.name}/${name}`;
    for (const [key, stringValue] of Object.entries({ host, port }))
      new ssm.StringParameter(this, key, { parameterName: `${this.prefix}/${key}`, stringValue });
  }

  /** For a stack that is deployed after this one; CloudFormation reads it anew in every deployment. */
  read(scope: Construct): { readonly host: string; readonly port: string } {
    const value = (key: string) => ssm.StringParameter.valueForStringParameter(scope, `${this.prefix}/${key}`);
    return { host: value('host'), port: value('port') };
  }
}
