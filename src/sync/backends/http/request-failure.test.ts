import { describe, expect, it } from 'vitest';
import { retryAfterOf } from './request-failure.js';

const NOW = new Date('2026-11-25T00:00:00.000Z');

describe('Retry-After', () => {
  it.each<[string | null, number]>([
    [null, 0],
    ['', 0],
    ['0', 0],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['300', 300_000],
    ['301', 300_000],
    ['9999999999', 300_000],
    ['99999999999', 0],
    ['-5', 0],
    ['1.5', 0],
    ['soon', 0],
    ['Wed, 25 Nov 2026 00:00:09 GMT', 9_000],
    ['Wed, 25 Nov 2026 00:00:00 GMT', 0],
    ['Tue, 24 Nov 2026 23:00:00 GMT', 0],
    ['Thu, 26 Nov 2026 00:00:00 GMT', 300_000],
    ['Wed, 99 Nov 2026 00:00:00 GMT', 0],
    ['2026-11-25T00:00:09Z', 0],
  ])('%j is %i ms', (header, milliseconds) => {
    expect(retryAfterOf(header, NOW)).toBe(milliseconds);
  });
});
