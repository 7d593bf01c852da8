import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type RunningServer } from '../../src/compose.js';
import { readConfig } from '../../src/config.js';
import { httpSender } from '../../tools/entra-client/simulator/wire/http-send.js';
import { ENTRA_RULES } from '../../src/protocol/entra/rules.js';
import { sqliteStorage, type TestDatabase } from '../../src/storage/testing/storage.fixture.js';
import { redAfter, RULE_RUNS, type RuleRun } from './rule-runs.js';

/** What the server goes by; a test takes a rule out for as long as it lasts. */
const rules = [...ENTRA_RULES];

let database: TestDatabase;
let server: RunningServer;

beforeAll(async () => {
  database = await sqliteStorage.create();
  const config = readConfig({ PORT: '0', DATABASE_URL: database.databaseUrl, RATE_LIMIT: 'off' });
  server = await startServer(config, pino({ level: 'silent' }), rules);
});

afterAll(async () => {
  await server.stop();
  await database.drop();
});

async function redIn(run: RuleRun): Promise<readonly string[]> {
  const { tenant, secret } = await server.tenancy.createTenant(randomUUID());
  if (run.replaceAdds === true) await server.tenancy.setSetting(tenant.id, 'group-replace-adds', 'true');
  const { send, close } = httpSender(`${server.url}/scim`, secret);
  return redAfter(run, send).finally(close);
}

/** What the first run that turns red says; empty where none does. */
async function firstRed(): Promise<readonly string[]> {
  for (const run of RULE_RUNS) {
    const red = await redIn(run);
    if (red.length > 0) return red;
  }
  return [];
}

describe('a run of the simulator', () => {
  it.each(RULE_RUNS)('is green by all rules: $name', async (run) => {
    expect(await redIn(run)).toEqual([]);
  });

  it.each(ENTRA_RULES.filter(({ sender }) => sender === 'entra'))('turns red without the rule $name', async (left) => {
    rules.splice(0, Infinity, ...ENTRA_RULES.filter((rule) => rule !== left));
    const red = await firstRed().finally(() => rules.splice(0, Infinity, ...ENTRA_RULES));
    expect(red).not.toEqual([]);
  });
});
