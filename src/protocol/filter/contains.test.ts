import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains } from './contains.js';

describe('a search for a text in another', () => {
  const blocks = fc.array(fc.constantFrom('a'.repeat(100), 'a'.repeat(99), 'b', 'ab'), { minLength: 1, maxLength: 12 });

  it('finds what includes finds, also where it is long', () => {
    fc.assert(
      fc.property(blocks, blocks, fc.boolean(), (text, part, within) => {
        const wanted = part.join('');
        const searched = within ? text.join('') + wanted + text.join('') : text.join('');
        expect(contains(searched, wanted)).toBe(searched.includes(wanted));
      }),
      { numRuns: 2_000 },
    );
  });

  it('has no end that it passes over', () => {
    const part = `${'a'.repeat(300)}b`;
    expect(contains(`${'a'.repeat(500)}b`, part)).toBe(true);
    expect(contains('a'.repeat(500), part)).toBe(false);
  });
});
