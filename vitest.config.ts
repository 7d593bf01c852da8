import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    reporters: ['default', './src/testing/conformance.reporter.ts', './contract-tests/conformance/report.reporter.ts'],
    globalSetup: ['src/storage/testing/postgres.setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
