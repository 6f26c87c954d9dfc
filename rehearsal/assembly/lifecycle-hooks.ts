import { type LifecycleHook, type LifecycleStage, lifecycleStages } from './deployment';
import type { Resource, Resources } from './resources';
import type { DeploymentLifecycleHook } from './service-properties';

export function readHook(
  resources: Resources,
  { HookTargetArn, LifecycleStages }: DeploymentLifecycleHook,
): LifecycleHook {
  const hook = resources.behind('AWS::Lambda::Function', 'Arn', HookTargetArn);
  const { Handler, Timeout, Environment } = resources.read(hook, 'Handler', 'Timeout', 'Environment');
  return {
    logicalId: hook.logicalId,
    stages: LifecycleStages.map(stageOf),
    codeDirectory: codeDirectoryOf(resources, hook),
    handler: Handler ?? 'index.handler',
    environment: Environment?.Variables ?? {},
    // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    timeout: Number(Timeout ?? 3),
  };
}

function stageOf(name: string): LifecycleStage {
  const stage = lifecycleStages.find((each) => each === name);
  if (stage === undefined)
    throw new Error(`ECS has no lifecycle stage ${name}; allowed: ${lifecycleStages.join(', ')}.`);
  return stage;
}

/** The asset that `cdk deploy` uploads to where the function takes its code from. */
function codeDirectoryOf(resources: Resources, hook: Resource<'AWS::Lambda::Function'>): string {
  const { S3Key } = resources.read(hook, 'Code').Code;
  const asset = hook.stack.assets.files.find(({ objectKeys }) => S3Key !== undefined && objectKeys.includes(S3Key));
  if (asset === undefined)
    throw new Error(
      `${hook.stack.environment}/${hook.stack.id}: ${hook.logicalId} takes its code from ${S3Key ?? 'the template'}, which is no asset of the stack, so a rehearsal cannot run it; use lambda.Code.fromAsset.`,
    );
  return asset.path;
}
