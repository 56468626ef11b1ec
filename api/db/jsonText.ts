/** An escape of JSON that PostgreSQL's jsonb refuses: the character zero, or half of a surrogate pair. */
const UNSTORABLE = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/**
 * JSON for a jsonb column. What the column cannot hold becomes the replacement character: one odd byte in somebody's output
 * must not keep an update from ending. The whole truth is in the sealed state, which is no jsonb.
 */
export const jsonText = (value: unknown): string => JSON.stringify(value).replace(UNSTORABLE, "$1\\ufffd");
