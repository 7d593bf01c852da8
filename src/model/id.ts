const ID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/u;

/**
 * Whether a text can be the id of something that the server made: a UUID in lower case. What cannot is neither looked up
 * nor repeated in an error.
 */
export const isId = (text: string): boolean => ID.test(text);
