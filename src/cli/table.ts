import { stripVTControlCharacters } from 'node:util';

/**
 * Lays rows out for people: aligned columns on a terminal, columns separated by tabs for other programs.
 * `none` is what stands in place of a table without rows.
 */
export function table(
  rows: readonly (readonly string[])[],
  headings: readonly string[],
  options: { aligned: boolean; none: string },
): string {
  if (rows.length === 0) return options.none;
  const all = [headings, ...rows];
  if (!options.aligned) return all.map((row) => row.join('\t')).join('\n');
  const widths = headings.map((_heading, column) => Math.max(...all.map((row) => widthOf(row[column]))));
  return all.map((row) => alignedLine(row, widths)).join('\n');
}

function alignedLine(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
    .join('  ')
    .trimEnd();
}

/** How wide a cell is on the screen, where colours take no room. */
const widthOf = (cell = ''): number => stripVTControlCharacters(cell).length;
