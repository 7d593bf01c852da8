import type { NamedTest } from './conformance-table.js';

/** A test that ran, or was to run. */
export interface TestOutcome {
  /** The file as vitest names it: `src/http/conformance/7644-put.test.ts`. */
  readonly file: string;
  /** The titles of the groups that it stands in, and its own. */
  readonly titles: readonly string[];
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
}

/**
 * A title as docs/conformance.md has it: without the database that a group runs on, so that a test is proof when it
 * passes on all of them, and without the quotes that vitest puts around a title from a table.
 */
export const plainTitle = (title: string): string =>
  title.replace(/ on '(?:SQLite|PostgreSQL)'$/u, '').replace(/^'(.*)'$/su, '$1');

/** What is wrong with the tests that are named as proof: each must have run and passed, and every one in a group. */
export function unproven(named: readonly NamedTest[], outcomes: readonly TestOutcome[]): readonly string[] {
  const byTitle = new Map<string, TestOutcome[]>();
  for (const outcome of outcomes) {
    for (const title of new Set(outcome.titles.map(plainTitle))) {
      const key = keyOf({ file: outcome.file, title });
      byTitle.set(key, [...(byTitle.get(key) ?? []), outcome]);
    }
  }
  return named.flatMap((test) =>
    faultsOf(test, byTitle.get(keyOf({ ...test, file: `src/${test.file}.test.ts` })) ?? []),
  );
}

const keyOf = ({ file, title }: NamedTest): string => `${file} › ${title}`;

function faultsOf(test: NamedTest, outcomes: readonly TestOutcome[]): readonly string[] {
  if (outcomes.length === 0) return [`${keyOf(test)}: there is no such test`];
  return outcomes
    .filter(({ state }) => state !== 'passed')
    .map(({ state, titles }) => `${keyOf(test)}: ${state} (${titles.join(' › ')})`);
}
