/** A test that a row of docs/conformance.md names. */
export interface NamedTest {
  /** Below src/, without `.test.ts`. */
  readonly file: string;
  /** The title of a test, or of a group of tests. */
  readonly title: string;
}

/** A row of a table of requirements. */
export interface Row {
  /** As the table has it: section and running number, `3.5.2-4`. */
  readonly id: string;
  readonly section: string;
  readonly number: number;
  readonly level: string;
  readonly requirement: string;
  readonly tests: readonly NamedTest[];
  /** Why there is no test, or why the requirement is not met; empty where there is nothing to say. */
  readonly reason: string;
}

/** A row of the table of Entra's rules. */
export interface DialectRow {
  readonly rule: string;
  readonly tests: readonly NamedTest[];
}

/** The rows of the table under a heading. */
function cellsUnder(markdown: string, heading: string): readonly (readonly string[])[] {
  const part = markdown.split(/^## /mu).find((section) => section.startsWith(`${heading}\n`)) ?? '';
  const lines = part.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| --- '));
  return lines.slice(1).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/**
 * The requirements of one RFC in docs/conformance.md.
 * @throws Error for a row that is not of the table's form
 */
export function requirementRows(markdown: string, heading: string): readonly Row[] {
  return cellsUnder(markdown, heading).map((cells) => {
    const [id = '', level = '', requirement = '', proof = ''] = cells;
    const place = /^(\d+(?:\.\d+)*)-(\d+)$/u.exec(id);
    if (cells.length !== 4 || place === null)
      throw new Error(`a row of "${heading}" is not a row: ${cells.join(' | ')}`);
    return { id, section: place[1] ?? '', number: Number(place[2]), level, requirement, ...proofIn(proof) };
  });
}

/** The rules for Entra in docs/conformance.md: their names stand in the first cell, the tests in the last one. */
export function dialectRows(markdown: string, heading: string): readonly DialectRow[] {
  return cellsUnder(markdown, heading).map((cells) => ({
    rule: (cells[0] ?? '').replaceAll('`', ''),
    tests: proofIn(cells.at(-1) ?? '').tests,
  }));
}

/** Tests as `` `file` › title ``, with `<br>` between, and a reason behind them or alone. */
function proofIn(cell: string): Pick<Row, 'tests' | 'reason'> {
  const parts = cell.split('<br>').map((part) => part.trim());
  const tests = parts.map(testIn).filter((test) => test !== undefined);
  const rest = parts.filter((part) => testIn(part) === undefined);
  return { tests, reason: rest.join(' ') };
}

function testIn(part: string): NamedTest | undefined {
  const found = /^`([^`]+)` › (.+)$/u.exec(part);
  return found ? { file: found[1] ?? '', title: found[2] ?? '' } : undefined;
}
