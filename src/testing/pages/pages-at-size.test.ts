import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, servicesOn, type RunningServer } from '../../compose.js';
import { readConfig } from '../../config.js';
import { NO_LIMITS } from '../../http/testing/traffic.fixture.js';
import { ENTRA_RULES } from '../../protocol/entra/rules.js';
import { limitPageSizes } from '../../storage/page-size.js';
import type { Database } from '../../storage/sql/connections/database.js';
import { KnexStorage, openDatabase } from '../../storage/sql/open-storage.js';
import { explain, noteReads } from '../../storage/testing/seed.fixture.js';
import { storageKinds, type TestDatabase } from '../../storage/testing/storage.fixture.js';
import { everything, type Asked } from './addresses.js';
import { seedCompany } from './company.js';

// What is measured is what a server does.
limitPageSizes(Infinity);

const ADMIN_TOKEN = 'pages-at-size'.repeat(3);
const USERS = 2_000;

/** Tables that have a row for each user, request, or line of a plan: none is read from end to end. */
const GROWING = [
  ...['resources', 'attribute_values', 'memberships', 'activity', 'activity_hours', 'activity_unattributed'],
  ...['sync_plan_lines', 'sync_plan_groups', 'sync_plan_index', 'mirror', 'mirror_memberships', 'sync_audit'],
];

/** Reads of the latest rows, in the order of the key, that end with the page: nothing else is asked of a row. */
const LATEST =
  /^select [\w*, ]+ from \w+ ?(?:where (?:true|tenant_id = \?)(?: and outcome in \('refused', 'failed'\))?)? order by id desc limit/u;

/** What is wrong with how a statement is answered: it reads a table that grows, or all that a tenant has of one, or sorts that. */
function faultsOf(sql: string, plan: readonly string[]): readonly string[] {
  if (LATEST.test(sql)) return [];
  const names = new Set([...GROWING, ...[...sql.matchAll(ALIASED)].map(([, alias = '']) => alias)]);
  // The lines about one person are as many as the plans that have one.
  if (sql.includes('sync_plan_lines_about')) return plan.filter((line) => line.includes('SCAN l'));
  const reads = plan.filter((line) => names.has(/(?:SCAN|SEARCH|Seq Scan on) (\w+)/u.exec(line)?.[1] ?? ''));
  // What was refused is read to the end of a window, which is counted before.
  const wholes = reads.filter(
    (line) => !line.includes('SEARCH') || /(?<!activity_problems )\(tenant_id=\?\)$/u.test(line),
  );
  // What begins with a text ends somewhere, too.
  const open = sql.includes(' substr(') ? reads.filter((line) => /\w>\?\)$/u.test(line)) : [];
  return [...wholes, ...open, ...(reads.length > 0 ? plan.filter((line) => line.includes('TEMP B-TREE')) : [])];
}

/** Tables that grow, with a short name. */
const ALIASED = /\b(?:resources|attribute_values|memberships|activity|sync_plan_lines) (\w)\b/gu;

describe.each(storageKinds)('every page of a large company, and every read of the admin API, on $name', (kind) => {
  let test: TestDatabase;
  let database: Database;
  let server: RunningServer;
  let folder: string;
  let asked: readonly Asked[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-pages-'));
    test = await kind.create();
    const { databaseUrl } = test;
    const company = await seedCompany(databaseUrl, folder, { users: USERS, activity: 8_000, others: 20 });
    const settings = { PORT: '0', DATABASE_URL: databaseUrl, ADMIN_TOKEN, SYNC_EXPORT_DIR: folder, ...NO_LIMITS };
    const config = readConfig({ ...settings, PUBLIC_URL: 'http://127.0.0.1' });
    const connections = await openDatabase({ databaseUrl, queryTimeoutMs: 20_000 });
    database = connections;
    const storage = new KnexStorage(connections, `${config.publicUrl}/scim`);
    await storage.migrate();
    server = await serve(config, pino({ level: 'silent' }), servicesOn(storage, config), ENTRA_RULES);
    asked = await everything(Number(new URL(server.url).port), ADMIN_TOKEN, company, USERS);
  }, 240_000);
  afterAll(async () => {
    for (const { visitor } of asked) visitor.close();
    await server.stop();
    await test.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is read along indexes, and sorts nothing that grows', { timeout: 240_000 }, async () => {
    const noted = noteReads(database);
    const explained = new Set<string>();
    const found: string[] = [];
    for (const { path, visitor } of asked) {
      noted.length = 0;
      const { status, text } = await visitor.see(path);
      expect([path, status], text).toEqual([path, 200]);
      for (const statement of noted.filter(({ sql }) => !explained.has(sql))) {
        explained.add(statement.sql);
        const plan = await explain(database, statement);
        if (faultsOf(statement.sql, plan).length > 0) found.push([path, statement.sql, ...plan].join('\n'));
      }
    }
    expect(asked.length).toBeGreaterThan(150);
    expect(explained.size).toBeGreaterThan(60);
    expect(found, found.join('\n\n')).toEqual([]);
  });
});
