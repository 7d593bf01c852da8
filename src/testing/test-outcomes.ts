import type { TestCase, TestModule } from 'vitest/node';
import type { TestOutcome } from './conformance-proof.js';

/** The tests of a module, by its path below the root of the run. */
export const testsIn = (module: TestModule): readonly TestCase[] => [...module.children.allTests()];

/** The outcome of a test. */
export const outcomeOf = (test: TestCase): TestOutcome => ({
  file: test.module.relativeModuleId,
  titles: titlesOf(test),
  state: test.result().state,
});

function titlesOf(test: TestCase): readonly string[] {
  const titles = [test.name];
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) titles.unshift(parent.name);
  return titles;
}
