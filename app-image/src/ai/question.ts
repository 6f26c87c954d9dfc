import { z } from 'zod';

/** A question of a page or two; a longer one is a document. */
const longestQuestion = 4_000;
const longestMessage = 8_000;
const mostMessages = 20;
/** About 8,000 tokens: what is asked along with each question is paid for each time. */
const longestHistory = 32_000;

const text = (most: number) =>
  z.string().trim().min(1, 'must not be empty').max(most, `must have ${most} characters at most`);

const message = z.strictObject({
  role: z.enum(['user', 'assistant'], 'must be user or assistant'),
  content: text(longestMessage),
});

/** A question, and what was said before it: the service remembers nothing. */
export const question = z.strictObject({
  question: text(longestQuestion),
  history: z
    .array(message)
    .max(mostMessages, `must have ${mostMessages} messages at most: send the last ones`)
    .refine((messages) => messages.reduce((sum, { content }) => sum + content.length, 0) <= longestHistory, {
      message: `must have ${longestHistory} characters at most in all: send the last messages`,
    })
    .default([]),
});

export type Question = Readonly<z.infer<typeof question>>;

/** What is used of an answer in the format of OpenAI's chat completions, which Groq's is. */
export const completion = z.object({
  model: z.string().optional(),
  choices: z.array(z.object({ message: z.object({ content: z.string().min(1) }) })).min(1),
  usage: z
    .object({ prompt_tokens: z.number(), completion_tokens: z.number(), total_tokens: z.number() })
    .nullish()
    .catch(null),
});

export type Completion = z.infer<typeof completion>;
