import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The Entra client is a part of its own, which the command line imports by name: here as it is written, not as it was built.
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['src/**/*.test.ts', 'tools/**/*.test.ts'],
    reporters: ['default', './src/testing/conformance.reporter.ts', './contract-tests/conformance/report.reporter.ts'],
    globalSetup: ['src/storage/testing/postgres.setup.ts', 'src/http/testing/validators.setup.ts'],
    // Many tests wait for a process or for the disk: as many at a time as the smallest machine that is promised has cores.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes later on a busy machine.
    expect: { poll: { timeout: 30_000 } },
  },
});
