import { describe, expect, it } from 'vitest';
import { printable, printableLines } from './terminal.js';

describe('text from outside', () => {
  it.each([
    ['an escape sequence', '\u001b[2J', '\\u001b[2J'],
    ['an escape sequence in one character', '\u009b2J', '\\u009b2J'],
    ['a bell and a backspace', 'a\u0007\b', 'a\\u0007\\u0008'],
    ['a new line and a tab', 'a\r\n\tb', 'a\\u000d\\u000a\\u0009b'],
    ['the other direction of writing', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ])('cannot do anything to a terminal by %s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it.each(['Zoë Müller', '山田 太郎', 'נועה', 'می‌خواهم', '👩‍💻', 'a\\b "c"'])('stays as it is: %s', (text) => {
    expect(printable(text)).toBe(text);
  });

  it('may have several lines if this is intended', () => {
    expect(printableLines('a\n\u001bb')).toBe('a\n\\u001bb');
  });
});
