/** A row of README's table "Where things live". */
export interface PlaceRow {
  /** The paths in its first cell, from the root of the repository, such as `src/protocol/`. */
  readonly paths: readonly string[];
}

/** The rows of the table under the heading `## Where things live`. */
export function placeRows(readme: string): readonly PlaceRow[] {
  const part = readme.split(/^## /mu).find((section) => section.startsWith('Where things live\n')) ?? '';
  const rows = part.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((line) => ({ paths: codeIn(line.split('|')[1] ?? '') }));
}

const codeIn = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/gu)].map(([, code]) => code ?? '');
