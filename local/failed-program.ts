/** What a program that was run to its end has to say about its failure; of another error, what that says. */
export function whyItFailed(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return stderr?.trim() || message;
}

/** The same as an item of a list, of which the further lines are indented. */
export const itemOf = (error: unknown): string => whyItFailed(error).split('\n').join('\n    ');
