import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasLongRun, MOST_MARKS, streamSafe, textProblem } from './text.js';

const ACUTE = '\u0301';
const BEYOND_16_BITS = '\u{1D165}';

describe('text', () => {
  it.each([
    ['NUL', 'a\0b', 'NUL'],
    ['half of a surrogate pair', 'a\ud83d', 'surrogate'],
    ['31 marks in a row', `a${ACUTE.repeat(31)}b`, 'combining marks'],
    ['31 marks at the start', ACUTE.repeat(31), 'combining marks'],
    ['31 marks beyond 16 bits', BEYOND_16_BITS.repeat(31), 'combining marks'],
  ])('is not what has %s', (_name, text, problem) => {
    expect(textProblem(text)).toContain(problem);
  });

  it.each([
    ['an empty string', ''],
    ['30 marks in a row', `a${ACUTE.repeat(30)}b`],
    ['30 marks beyond 16 bits', BEYOND_16_BITS.repeat(30)],
    ['marks with letters in between', `a${ACUTE.repeat(30)}`.repeat(100)],
    ['marks with a grapheme joiner in between', `${ACUTE.repeat(30)}\u034f${ACUTE.repeat(30)}`],
    ['Thai', 'ผู้ใหญ่บ้าน'.repeat(50)],
    ['Tibetan', 'བསྒྲུབས'.repeat(50)],
    ['emoji', '👩‍👩‍👧‍👦🏽'.repeat(50)],
  ])('is %s', (_name, text) => {
    expect(textProblem(text)).toBeUndefined();
  });

  const parts = fc.array(fc.constantFrom('a', ACUTE, '\u0323', '\u034f', BEYOND_16_BITS, '😀', ACUTE.repeat(14)), {
    maxLength: 60,
  });

  it('has a long run exactly where a regular expression finds one', () => {
    const expected = /(?:(?!\u034F)\p{M}){31}/u;
    expect(MOST_MARKS).toBe(30);
    fc.assert(
      fc.property(parts, (pieces) => {
        const text = pieces.join('');
        expect(hasLongRun(text)).toBe(expected.test(text));
      }),
    );
  });

  it('is safe after streamSafe, which leaves alone what is safe', () => {
    fc.assert(
      fc.property(parts, (pieces) => {
        const text = pieces.join('');
        const safe = streamSafe(text);
        expect(hasLongRun(safe)).toBe(false);
        expect(safe === text).toBe(!hasLongRun(text));
        expect(safe.replaceAll('\u034f', '')).toBe(text.replaceAll('\u034f', ''));
      }),
    );
  });
});
