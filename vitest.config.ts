import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { LongestFirst } from './src/testing/longest-first.js';

/**
 * Tests with a worker of their own: they replace a module for all who import it, or count the steps of code, which are others
 * where somebody ran it before.
 */
const ALONE = [
  ...['src/compose.test.ts', 'src/http/listen.test.ts', 'src/http/hostile-input.test.ts'],
  ...['src/work-grows-with-input.property.test.ts', 'src/steps-a-request.test.ts'],
];

/** Tests that are run alike. */
const tests = (test: NonNullable<TestProjectInlineConfiguration['test']>): TestProjectInlineConfiguration => ({
  // The Entra client is a part of its own, which the command line imports by name: here as it is written, not as it was built.
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    setupFiles: ['./src/testing/page-sizes.setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes later on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    ...test,
  },
});

export default defineConfig({
  test: {
    reporters: ['default', './src/testing/conformance.reporter.ts', './contract-tests/conformance/report.reporter.ts'],
    globalSetup: ['src/storage/testing/postgres.setup.ts', 'src/http/testing/validators.setup.ts'],
    // Many tests wait for a process or for the disk: as many at a time as the smallest machine that is promised has cores.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      // A worker loads each module once, which takes longer than most tests. Nothing of a module may depend on who used it before.
      tests({
        name: 'shared',
        include: ['src/**/*.test.ts', 'tools/**/*.test.ts'],
        exclude: ALONE,
        isolate: false,
      }),
      tests({ name: 'isolated', include: ALONE }),
    ],
  },
});
