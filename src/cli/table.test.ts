import { describe, expect, it } from 'vitest';
import { table } from './table.js';

const ROWS = [
  ['1', 'Contoso', 'x'],
  ['22', 'A', ''],
];
const HEADINGS = ['ID', 'NAME', 'NOTE'];

describe('a table', () => {
  it('has aligned columns on a terminal', () => {
    expect(table(ROWS, HEADINGS, { aligned: true, none: '' })).toBe('ID  NAME     NOTE\n1   Contoso  x\n22  A');
  });

  it('is not put out of line by colors', () => {
    const colored = [['\u001b[31m1\u001b[39m', 'x'], ROWS[1] ?? []];
    expect(table(colored, ['N', 'T'], { aligned: true, none: '' })).toBe('N   T\n\u001b[31m1\u001b[39m   x\n22  A');
  });

  it('has columns separated by tabs for other programs', () => {
    expect(table(ROWS, HEADINGS, { aligned: false, none: '' })).toBe('ID\tNAME\tNOTE\n1\tContoso\tx\n22\tA\t');
  });

  it('without rows says what to do', () => {
    expect(table([], HEADINGS, { aligned: true, none: 'There is nothing.' })).toBe('There is nothing.');
  });
});
