import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashOf, isWellFormed, newSecretToken } from './secret-token.js';

const filledWith = (byte: number) => (count: number) => new Uint8Array(count).fill(byte);

/** Worked out by another program: the lowest and the highest value of 32 bytes. */
const CASES: readonly { bytes: number; token: string }[] = [
  { bytes: 0x00, token: `fwscim_${'0'.repeat(43)}2CZclj` },
  { bytes: 0xff, token: 'fwscim_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp13sRzl1' },
];

describe('a secret token', () => {
  it.each(CASES)('is 32 bytes (here all $bytes), zero-padded in base62, with a checksum', ({ bytes, token }) => {
    expect(newSecretToken(filledWith(bytes))).toBe(token);
  });

  it('has the documented form and is well formed, whatever the bytes', () => {
    for (let round = 0; round < 200; round += 1) {
      const token = newSecretToken(randomBytes);
      expect(token).toMatch(/^fwscim_[0-9A-Za-z]{49}$/);
      expect(isWellFormed(token)).toBe(true);
    }
  });

  it('is refused at start when the source of randomness gives too little', () => {
    expect(() => newSecretToken(() => new Uint8Array(31))).toThrow(RangeError);
  });

  it('is known by its SHA-256', () => {
    expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('the checksum', () => {
  const token = newSecretToken(filledWith(0x5a));

  it('refuses every token with one wrong character', () => {
    for (let at = 0; at < token.length; at += 1) {
      const wrong = token.charAt(at) === 'x' ? 'y' : 'x';
      expect(isWellFormed(token.slice(0, at) + wrong + token.slice(at + 1))).toBe(false);
    }
  });

  it('refuses two neighbors that changed places', () => {
    for (let at = 0; at < token.length - 1; at += 1) {
      const [left, right] = [token.charAt(at), token.charAt(at + 1)];
      if (left !== right) expect(isWellFormed(token.slice(0, at) + right + left + token.slice(at + 2))).toBe(false);
    }
  });

  it.each([
    ['nothing', ''],
    ['the prefix alone', 'fwscim_'],
    ['a token cut off', token.slice(0, -1)],
    ['a token with a character too many', `${token}0`],
    ['a token in quotation marks', `"${token}"`],
    ['another prefix', `github_${token.slice(7)}`],
    ['characters that are no base62 digits', `fwscim_${'-'.repeat(49)}`],
    ['a long text', 'x'.repeat(1_000_000)],
  ])('refuses %s', (_what, text) => {
    expect(isWellFormed(text)).toBe(false);
  });
});
