/**
 * The secret that CloudFormation would read here, by ARN or name; its value is never in a template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
export function secretReferredTo(reference: string): string {
  const [, secret] = /^\{\{resolve:secretsmanager:(.+?)(?::SecretString(?::[^{}]*)?)?\}\}$/.exec(reference) ?? [];
  // Not the text itself: where it is no reference, it may be the secret.
  if (secret === undefined)
    throw new Error(
      'A secret is stated where a reference to one has to be: {{resolve:secretsmanager:ARN:SecretString}}.',
    );
  return secret;
}
