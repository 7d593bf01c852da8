import { stripVTControlCharacters } from 'node:util';

/**
 * Formats rows as a table: aligned columns for people, columns separated by tabs for other programs.
 * @param options.none the text instead of a table without rows
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

/** The width of a cell on the screen, where colors take no room. */
const widthOf = (cell = ''): number => stripVTControlCharacters(cell).length;
