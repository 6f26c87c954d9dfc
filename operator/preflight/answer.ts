export type State = 'passed' | 'warned' | 'failed' | 'skipped';

/** What a check found. */
export interface Answer {
  readonly state: State;
  /** What is there, what is wrong with its value, or why it was not asked. */
  readonly detail: string;
  /** How to mend it. */
  readonly remedy?: string;
}

export const passed = (detail: string): Answer => ({ state: 'passed', detail });
/** A release would fail, or users would notice it. */
export const failed = (detail: string, remedy: string): Answer => ({ state: 'failed', detail, remedy });
/** A release works; somebody should look at it. */
export const warned = (detail: string, remedy: string): Answer => ({ state: 'warned', detail, remedy });
export const skipped = (detail: string): Answer => ({ state: 'skipped', detail });

const worstFirst: readonly State[] = ['failed', 'warned', 'passed', 'skipped'];

/** Several of one kind as one: the worst state, and all that is to be said about it. */
export function together(answers: readonly Answer[]): Answer {
  const state = worstFirst.find((each) => answers.some((answer) => answer.state === each)) ?? 'skipped';
  const said = answers.filter((answer) => answer.state === state || answer.state === 'warned');
  const lines = (texts: readonly (string | undefined)[]) => [...new Set(texts.filter(Boolean))].join('\n');
  const remedy = lines(said.map((answer) => answer.remedy));
  return { state, detail: lines(said.map(({ detail }) => detail)), ...(remedy && { remedy }) };
}
