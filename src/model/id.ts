const ID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/u;

/**
 * Whether a text can be the id of something that the server made: a UUID in lower case. What cannot is neither looked up
 * nor repeated in an error.
 */
export const isId = (text: string): boolean => ID.test(text);

/**
 * The least UUIDv7 that can have been made at a time (RFC 9562 §5.7), to find ids by their time.
 * @param at a dateTime that `Date` reads
 */
export function firstIdAt(at: string): string {
  const hex = Math.max(0, Date.parse(at)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
