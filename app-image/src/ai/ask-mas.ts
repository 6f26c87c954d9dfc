import type { Environment } from '../config/contract';
import { HttpError } from '../http/errors';
import { CallFailed, CallTimedOut, callForJson } from '../outgoing/call';
import { type Completion, completion, type Question } from './question';

const instructions =
  'You are Ask MAS, the assistant of My Analytics School. Help students of data and analytics with their courses, ' +
  'their projects and their careers. Say so when you do not know something.';

/** Of an answer; it bounds what one question costs. */
const mostTokens = 1_024;
/** Ten times what that many tokens take as JSON. */
const largestAnswerBytes = 64 * 1024;

export interface Answer {
  readonly answer: string;
  readonly model: string;
  /** Null when the model does not say. */
  readonly usage: {
    readonly promptTokens: number;
    readonly completionTokens: number;
    readonly totalTokens: number;
  } | null;
}

/** The model has too much to do. */
export class Busy extends HttpError {
  /** @param retryAfterMs as it asks for */
  constructor(readonly retryAfterMs: number | undefined) {
    super(503, 'AI_BUSY', 'Ask MAS has too many questions at the moment: ask again later');
  }
}

/** The cause is for the log, the rest for the caller. */
const failure = (status: 502 | 504, code: string, message: string, cause: unknown) =>
  Object.assign(new HttpError(status, code, message), { cause });

type AskMasEnvironment = Pick<
  Environment,
  'GROQ_API_KEY' | 'GROQ_TEXT_ENDPOINT' | 'GROQ_TEXT_MODEL' | 'GROQ_TIMEOUT_MS'
>;

/** Passes questions on to Groq. */
export class AskMas {
  constructor(private readonly environment: AskMasEnvironment) {}

  /**
   * @param hangUp aborts when nobody waits for the answer any more
   * @throws HttpError 503 without a key or when the model is busy, 504 when it takes too long, 502 for any other failure
   */
  async ask(question: Question, hangUp: AbortSignal): Promise<Answer> {
    const { GROQ_API_KEY: key, GROQ_TIMEOUT_MS: timeoutMs } = this.environment;
    if (!key) throw new HttpError(503, 'AI_NOT_CONFIGURED', 'Ask MAS is not configured: set GROQ_API_KEY');
    try {
      const outgoing = { ...this.callFor(question, key), timeoutMs, signal: hangUp };
      return this.answerOf(await callForJson(outgoing, completion, largestAnswerBytes));
    } catch (error) {
      if (error instanceof CallFailed && error.status === 429) throw new Busy(error.retryAfterMs);
      if (error instanceof CallTimedOut)
        throw failure(504, 'AI_TIMEOUT', `Ask MAS had no answer within ${timeoutMs} ms: ask again later`, error);
      throw failure(502, 'AI_FAILED', 'Ask MAS has no answer: ask again later', error);
    }
  }

  private callFor({ question, history }: Question, key: string) {
    const { GROQ_TEXT_ENDPOINT: url, GROQ_TEXT_MODEL: model } = this.environment;
    const messages = [{ role: 'system', content: instructions }, ...history, { role: 'user', content: question }];
    return {
      to: 'Groq',
      url,
      headers: { authorization: `Bearer ${key}` },
      body: { model, messages, max_completion_tokens: mostTokens },
    };
  }

  private answerOf({ model, choices, usage }: Completion): Answer {
    return {
      answer: choices[0]?.message.content ?? '',
      model: model ?? this.environment.GROQ_TEXT_MODEL,
      usage: usage
        ? {
            promptTokens: usage.prompt_tokens,
            completionTokens: usage.completion_tokens,
            totalTokens: usage.total_tokens,
          }
        : null,
    };
  }
}
