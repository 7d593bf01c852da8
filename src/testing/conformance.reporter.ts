import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestCase, TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { DIALECT_HEADING, REQUIREMENT_HEADINGS } from './conformance-headings.js';
import { unproven, type TestOutcome } from './conformance-proof.js';
import { dialectRows, requirementRows, type NamedTest } from './conformance-table.js';

/**
 * Holds docs/conformance.md to the test run: every test that it names must have run and passed, or the run fails. A run of
 * some of the tests only, by file, by name or by shard, is left alone.
 */
export default class ConformanceReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules: readonly TestModule[], _errors: unknown, reason: TestRunEndReason): Promise<void> {
    const vitest = this.#vitest;
    if (vitest === undefined || reason === 'interrupted' || !(await isWhole(vitest, modules))) return;
    const faults = unproven(namedTests(vitest.config.root), modules.flatMap(outcomesOf));
    if (faults.length === 0) return;
    vitest.logger.error(`\ndocs/conformance.md names tests that are no proof:\n  ${faults.join('\n  ')}\n`);
    process.exitCode = 1;
  }
}

async function isWhole(vitest: Vitest, modules: readonly TestModule[]): Promise<boolean> {
  if (vitest.config.testNamePattern !== undefined) return false;
  const ran = new Set(modules.map(({ moduleId }) => moduleId));
  return (await vitest.globTestSpecifications()).every(({ moduleId }) => ran.has(moduleId));
}

function namedTests(root: string): readonly NamedTest[] {
  const markdown = readFileSync(join(root, 'docs/conformance.md'), 'utf8');
  const rows = [
    ...REQUIREMENT_HEADINGS.flatMap((heading) => requirementRows(markdown, heading)),
    ...dialectRows(markdown, DIALECT_HEADING),
  ];
  return rows.flatMap(({ tests }) => tests);
}

function outcomesOf(module: TestModule): readonly TestOutcome[] {
  return [...module.children.allTests()].map((test) => ({
    file: module.relativeModuleId,
    titles: titlesOf(test),
    state: test.result().state,
  }));
}

function titlesOf(test: TestCase): readonly string[] {
  const titles = [test.name];
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) titles.unshift(parent.name);
  return titles;
}
