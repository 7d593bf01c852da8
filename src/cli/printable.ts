/** What a terminal acts on instead of showing it: controls, line separators, and what turns the direction of writing. */
const ACTS_ON = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Text from outside as a terminal may show it: what could move the cursor or hide something is written as `\u001b`. */
export const printable = (text: string): string =>
  text.replace(ACTS_ON, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same for text of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
