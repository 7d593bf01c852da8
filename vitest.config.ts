import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    reporters: ['default', './src/testing/conformance.reporter.ts', './contract-tests/conformance/report.reporter.ts'],
    globalSetup: ['src/storage/testing/postgres.setup.ts'],
    // Many tests wait for a process or for the disk: as many at a time as the smallest machine that is promised has cores.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
