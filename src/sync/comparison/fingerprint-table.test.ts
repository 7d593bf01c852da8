import { expect, it } from 'vitest';
import { FINGERPRINT, TARGET_PART, type FingerprintPiece } from '../../model/reviewing/fingerprint.js';
import { FingerprintTable } from './fingerprint-table.js';

const fingerprint = (target: string, change: string): string =>
  `${target.padEnd(TARGET_PART, '.')}${change.padEnd(FINGERPRINT - TARGET_PART - 1, '.')}0`;

const piece = (first: number, ...lines: readonly (readonly [string, string])[]): FingerprintPiece => ({
  first,
  text: lines.map(([target, change]) => fingerprint(target, change)).join(''),
});

it('finds what lines are about the same, in whatever order they are and however alike their hashes begin', () => {
  const table = new FingerprintTable([
    piece(1, ['alike-1', 'a'], ['alike-2', 'b'], ['alike-3', 'c']),
    piece(4, ['other', 'd'], ['gone', 'e']),
  ]);
  const asked = piece(1, ['other', 'd'], ['alike-3', 'x'], ['alike-1', 'a'], ['alike-4', 'b'], ['alike-2', 'b']);
  const met = [0, 1, 2, 3, 4].map((place) => table.meet(asked, place));
  expect(met).toEqual(['same', 'changed', 'same', 'new', 'same']);
  expect([...table.unmet()]).toEqual([[5, '0']]);
});

it('is empty for a plan without lines', () => {
  const table = new FingerprintTable([]);
  expect(table.meet(piece(1, ['one', 'a']), 0)).toBe('new');
  expect([...table.unmet()]).toEqual([]);
});
