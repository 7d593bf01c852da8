import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestModule, Vitest } from 'vitest/node';
import { DIALECT_HEADING, REQUIREMENT_HEADINGS } from './conformance-headings.js';
import { unproven } from './conformance-proof.js';
import { dialectRows, requirementRows, type NamedTest } from './conformance-table.js';
import { outcomeOf, testsIn } from './test-outcomes.js';
import { WholeRunReporter } from './whole-run.js';

/**
 * Holds docs/conformance.md to the test run: every test that it names must have run and passed, or the run fails. A run of
 * some of the tests only, by file, by name or by shard, is left alone.
 */
export default class ConformanceReporter extends WholeRunReporter {
  protected override onWholeRunEnd(vitest: Vitest, modules: readonly TestModule[]): void {
    const faults = unproven(namedTests(vitest.config.root), modules.flatMap(testsIn).map(outcomeOf));
    if (faults.length === 0) return;
    vitest.logger.error(`\ndocs/conformance.md names tests that are no proof:\n  ${faults.join('\n  ')}\n`);
    process.exitCode = 1;
  }
}

function namedTests(root: string): readonly NamedTest[] {
  const markdown = readFileSync(join(root, 'docs/conformance.md'), 'utf8');
  const rows = [
    ...REQUIREMENT_HEADINGS.flatMap((heading) => requirementRows(markdown, heading)),
    ...dialectRows(markdown, DIALECT_HEADING),
  ];
  return rows.flatMap(({ tests }) => tests);
}
