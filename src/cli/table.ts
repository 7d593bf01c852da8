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
  const widths = headings.map((_heading, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => alignedLine(row, widths)).join('\n');
}

function alignedLine(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd();
}
