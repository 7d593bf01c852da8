import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startServer, type RunningServer } from '../src/compose.js';
import { readConfig, type Config } from '../src/config.js';
import { readSourcedRecording } from '../tools/entra-client/recording/read-recording.js';
import { play } from '../tools/entra-client/replay/play.js';
import type { EntraRule } from '../src/protocol/entra/rule.js';
import { ENTRA_RULES } from '../src/protocol/entra/rules.js';
import type {} from '../src/storage/testing/postgres.setup.js';
import { tenantTokens } from './replay/tenant-tokens.js';

const exchanges = readSourcedRecording(fileURLToPath(new URL('recordings', import.meta.url)));

let folder: string;
let config: Config;

beforeAll(async () => {
  folder = await mkdtemp(join(inject('templates').folder, 'rules-'));
  const databaseUrl = `sqlite:${join(folder, 'rules.sqlite')}`;
  config = readConfig({ PORT: '0', DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent', RATE_LIMIT: 'off' });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/**
 * The first exchange that gets another answer than the recorded one, with what is wrong; undefined where there is none.
 * @param rules the rules of a server started for this test: it reads the list once, and sees no change of it
 */
async function firstRed(rules: readonly EntraRule[]): Promise<string | undefined> {
  const server = await startServer(config, undefined, rules);
  return firstRedFrom(server).finally(() => server.stop());
}

async function firstRedFrom({ url, tenancy }: RunningServer): Promise<string | undefined> {
  const tokenFor = await tenantTokens(exchanges, (settings) => tenantWith(settings, tenancy));
  for (const token of new Set(exchanges.map(tokenFor))) {
    const own = exchanges.filter((exchange) => tokenFor(exchange) === token);
    for await (const { exchange, faults } of play(own, { base: `${url}/scim`, token })) {
      if (faults.length > 0) return `${exchange.id}: ${faults.join('; ')}`;
    }
  }
  return undefined;
}

async function tenantWith(
  settings: Readonly<Record<string, string>>,
  tenancy: RunningServer['tenancy'],
): Promise<string> {
  const { tenant, secret } = await tenancy.createTenant(randomUUID());
  for (const [key, value] of Object.entries(settings)) await tenancy.setSetting(tenant.id, key, value);
  return secret;
}

describe('the recordings', () => {
  test('are green by all rules', async () => {
    expect(await firstRed(ENTRA_RULES)).toBeUndefined();
  });

  test.each(ENTRA_RULES)('turn red without the rule $name', async (left) => {
    expect(await firstRed(ENTRA_RULES.filter((rule) => rule !== left))).toBeDefined();
  });
});
