import type { TestProject } from 'vitest/node';
import { makeTemplates, type Templates } from './templates.fixture.js';
import { startPostgres, type TestServer } from './postgres-server.fixture.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL of this test run. */
    postgres: TestServer;
    /** Databases with the schema up to date, of which suites get copies. */
    templates: Templates;
  }
}

/** Starts one PostgreSQL for the whole test run; vitest calls what it returns when all tests are done. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await startPostgres();
  if (server.kind !== 'running') loudly(server.kind === 'skipped' ? SKIPPED : server.problem);
  const { templates, remove } = await makeTemplates(server);
  project.provide('postgres', server);
  project.provide('templates', templates);
  return async () => {
    await remove();
    await stop();
  };
}

const SKIPPED = 'SKIP_POSTGRES=1: nothing is verified on PostgreSQL in this run';

function loudly(text: string): void {
  const line = '*'.repeat(80);
  process.stderr.write(`\n${line}\n${text}\n${line}\n\n`);
}
