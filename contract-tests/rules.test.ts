import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import { readSourcedRecording } from '../tools/entra-client/recording/read-recording.js';
import { play } from '../tools/entra-client/replay/play.js';
import { ENTRA_RULES } from '../src/protocol/entra/rules.js';
import { tenantTokens } from './replay/tenant-tokens.js';

const exchanges = readSourcedRecording(fileURLToPath(new URL('recordings', import.meta.url)));
/** What the server goes by; a test takes a rule out for as long as it lasts. */
const rules = [...ENTRA_RULES];

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-rules-'));
  const databaseUrl = `sqlite:${join(folder, 'rules.sqlite')}`;
  const config = readConfig({ PORT: '0', DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent', RATE_LIMIT: 'off' });
  server = await startServer(config, undefined, rules);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** The first exchange that gets another answer than the recorded one, with what is wrong; undefined where there is none. */
async function firstRed(): Promise<string | undefined> {
  const tokenFor = await tenantTokens(exchanges, tenantWith);
  for (const token of new Set(exchanges.map(tokenFor))) {
    const own = exchanges.filter((exchange) => tokenFor(exchange) === token);
    for await (const { exchange, faults } of play(own, { base: `${server.url}/scim`, token })) {
      if (faults.length > 0) return `${exchange.id}: ${faults.join('; ')}`;
    }
  }
  return undefined;
}

async function tenantWith(settings: Readonly<Record<string, string>>): Promise<string> {
  const { tenant, secret } = await server.tenancy.createTenant(randomUUID());
  for (const [key, value] of Object.entries(settings)) await server.tenancy.setSetting(tenant.id, key, value);
  return secret;
}

describe('the recordings', () => {
  test('are green by all rules', async () => {
    expect(await firstRed()).toBeUndefined();
  });

  test.each(ENTRA_RULES)('turn red without the rule $name', async (left) => {
    rules.splice(0, Infinity, ...ENTRA_RULES.filter((rule) => rule !== left));
    const red = await firstRed().finally(() => rules.splice(0, Infinity, ...ENTRA_RULES));
    expect(red).toBeDefined();
  });
});
