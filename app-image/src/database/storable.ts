/** JSON writes a zero byte and half a character, a lone surrogate, like this; after a backslash it is another text. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Whether PostgreSQL takes it as jsonb; a text without a zero byte it takes, too. */
export const isStorable = (value: unknown): boolean => !unstorable.test(JSON.stringify(value));
