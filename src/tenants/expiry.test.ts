import { describe, expect, it } from 'vitest';
import { expiryOf } from './expiry.js';

const NOW = new Date('2026-06-01T12:00:00.000Z');

describe('the expiry of a token', () => {
  it.each([
    ['2026-12-31T23:59:59Z', '2026-12-31T23:59:59.000Z'],
    ['2027-01-01T01:00:00+02:00', '2026-12-31T23:00:00.000Z'],
    ['2026-06-02', '2026-06-02T00:00:00.000Z'],
    ['2026-06-01T12:00:00.001Z', '2026-06-01T12:00:00.001Z'],
  ])('%s is stored as %s', (text, stored) => {
    expect(expiryOf(text, NOW)).toBe(stored);
  });

  it.each(['', 'tomorrow', '31.12.2026', '2026-02-30', '2026-13-01T00:00:00Z', '1798761599'])(
    '%j cannot be read',
    (text) => {
      expect(() => expiryOf(text, NOW)).toThrow('The expiry cannot be read; write it as 2030-12-31T23:59:59Z');
    },
  );

  it.each(['2026-06-01T12:00:00Z', '2026-06-01', '2020-01-01'])('%s is not to come', (text) => {
    expect(() => expiryOf(text, NOW)).toThrow('has passed; name a time to come');
  });
});
