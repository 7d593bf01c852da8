/** The most combining marks in a row: more are no text of any language (Unicode's Stream-Safe Text Format, UAX #15 §13). */
export const MOST_MARKS = 30;

/** Tells runs of marks apart though it is no more than one itself: it combines with nothing (UAX #15 §13.1). */
const GRAPHEME_JOINER = '\u034F';

const MARK = /^\p{M}$/u;
const LONG_RUN = /(?:(?!\u034F)\p{M}){30}(?=(?!\u034F)\p{M})/gu;

/** Whether a text has nothing but ASCII: it is composed already, and has no letter that depends on what is around it. */
export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

/**
 * What keeps a string from being stored or compared, as the end of a sentence that begins with its name; undefined for
 * all others. NUL and lone surrogates are no text; normalizing takes time that grows with the square of a run of marks.
 */
export function textProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'has the character NUL, which is not allowed; remove it';
  if (!text.isWellFormed()) return 'has half of a surrogate pair, which is no character; remove it';
  if (hasLongRun(text)) return `has more than ${MOST_MARKS} combining marks in a row; remove some`;
  return undefined;
}

/**
 * The text in Stream-Safe Text Format, so that normalizing it takes time in proportion to its length. All text that
 * `textProblem` lets through is in that format; what was stored before it was asked may not be.
 */
export function streamSafe(text: string): string {
  return hasLongRun(text) ? text.replace(LONG_RUN, `$&${GRAPHEME_JOINER}`) : text;
}

/**
 * Whether a text has more combining marks in a row than MOST_MARKS. Such a run covers one of the places that are checked, so most
 * of a text is skipped.
 */
export function hasLongRun(text: string): boolean {
  for (let at = MOST_MARKS; at < text.length; at += MOST_MARKS + 1) {
    if (!isMark(text, at)) continue;
    const start = startOfRun(text, at);
    const end = endOfRun(text, start);
    if (end === undefined) return true;
    at = end;
  }
  return false;
}

function startOfRun(text: string, inside: number): number {
  let start = inside;
  while (isMark(text, start - 1)) start -= 1;
  return start;
}

/** The place behind a run of marks; undefined if it is too long. */
function endOfRun(text: string, start: number): number | undefined {
  let at = start;
  for (let marks = 0; marks <= MOST_MARKS; marks += 1) {
    if (!isMark(text, at)) return at;
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return undefined;
}

/** Whether a UTF-16 code unit belongs to a combining mark; the first marks of Unicode stand at U+0300. */
function isMark(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (Number.isNaN(unit) || unit < 0x300 || text[at] === GRAPHEME_JOINER) return false;
  const isSecondHalf = unit >= 0xdc00 && unit <= 0xdfff;
  const point = text.codePointAt(isSecondHalf ? at - 1 : at);
  return point !== undefined && MARK.test(String.fromCodePoint(point));
}
