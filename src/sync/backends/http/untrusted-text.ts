/** How much of a text of the backend is kept, in UTF-16 code units. */
const LONGEST = 500;

/** A text of the backend as it may be stored and shown: in one line, without control characters, of bounded length. */
export function cleanText(text: string): string {
  const short = text.slice(0, LONGEST).toWellFormed();
  return short
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .trim();
}

/** Whether a text of the backend can be kept as an id: as it is, or not at all. */
export function isUsableId(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 200 && cleanText(value) === value;
}
