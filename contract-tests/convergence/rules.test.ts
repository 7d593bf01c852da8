import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type RunningServer } from '../../src/compose.js';
import { readConfig } from '../../src/config.js';
import { httpSender } from '../../tools/entra-client/simulator/wire/http-send.js';
import type { EntraRule } from '../../src/protocol/entra/rule.js';
import { ENTRA_RULES } from '../../src/protocol/entra/rules.js';
import { sqliteStorage, type TestDatabase } from '../../src/storage/testing/storage.fixture.js';
import { redAfter, RULE_RUNS, type RuleRun } from './rule-runs.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await sqliteStorage.create();
});

afterAll(async () => {
  await database.drop();
});

/**
 * What the first of the runs that turns red says; empty where none does.
 * @param rules the rules of a server started for this test: it reads the list once, and sees no change of it
 */
async function firstRed(runs: readonly RuleRun[], rules: readonly EntraRule[]): Promise<readonly string[]> {
  const config = readConfig({ PORT: '0', DATABASE_URL: database.databaseUrl, RATE_LIMIT: 'off' });
  const server = await startServer(config, pino({ level: 'silent' }), rules);
  return firstRedFrom(server, runs).finally(() => server.stop());
}

async function firstRedFrom(server: RunningServer, runs: readonly RuleRun[]): Promise<readonly string[]> {
  for (const run of runs) {
    const red = await redIn(run, server);
    if (red.length > 0) return red;
  }
  return [];
}

async function redIn(run: RuleRun, { url, tenancy }: RunningServer): Promise<readonly string[]> {
  const { tenant, secret } = await tenancy.createTenant(randomUUID());
  if (run.replaceAdds === true) await tenancy.setSetting(tenant.id, 'group-replace-adds', 'true');
  const { send, close } = httpSender(`${url}/scim`, secret);
  return redAfter(run, send).finally(close);
}

describe('a run of the simulator', () => {
  it.each(RULE_RUNS)('is green by all rules: $name', async (run) => {
    expect(await firstRed([run], ENTRA_RULES)).toEqual([]);
  });

  it.each(ENTRA_RULES.filter(({ sender }) => sender === 'entra'))('turns red without the rule $name', async (left) => {
    const others = ENTRA_RULES.filter((rule) => rule !== left);
    expect(await firstRed(RULE_RUNS, others)).not.toEqual([]);
  });
});
