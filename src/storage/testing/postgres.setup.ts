import type { TestProject } from 'vitest/node';
import { startPostgres, type TestServer } from './postgres-server.fixture.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL of this test run. */
    postgres: TestServer;
  }
}

/** Starts one PostgreSQL for the whole test run; vitest calls what it returns when all tests are done. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await startPostgres();
  if (server.kind !== 'running') loudly(server.kind === 'skipped' ? SKIPPED : server.problem);
  project.provide('postgres', server);
  return stop;
}

const SKIPPED = 'SKIP_POSTGRES=1: nothing is verified on PostgreSQL in this run';

function loudly(text: string): void {
  const line = '*'.repeat(80);
  process.stderr.write(`\n${line}\n${text}\n${line}\n\n`);
}
