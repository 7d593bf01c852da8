import { defineConfig } from 'vitest/config';

// Dredd's runs share one process with their hooks and take turns.
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    reporters: ['default', './conformance/report.reporter.ts'],
    globalSetup: ['../src/storage/testing/postgres.setup.ts', '../src/http/testing/validators.setup.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 60_000,
    // What is waited for comes later on a busy machine.
    expect: { poll: { timeout: 30_000 } },
  },
});
