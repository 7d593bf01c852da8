import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newUser } from '../testing/resources.fixture.js';
import { addTenant, storageKinds, type TestDatabase } from '../testing/storage.fixture.js';
import { selectRows } from './connections/database.js';
import { migrateDown, migrateUp } from './migrations.js';
import { KnexStorage, openDatabase } from './open-storage.js';

const TABLES = [
  'activity',
  'activity_hours',
  'activity_settings',
  'activity_unattributed',
  'admin_tokens',
  'alert_watch',
  'alerts',
  'attribute_values',
  'check_sessions',
  'console_sessions',
  'memberships',
  'mirror',
  'mirror_memberships',
  'mirror_owners',
  'oauth_assertions',
  'oauth_clients',
  'oauth_credentials',
  'resource_counts',
  'resources',
  'setup_links',
  'sync_audit',
  'sync_holds',
  'sync_plan_lines',
  'sync_plans',
  'sync_policies',
  'sync_runs',
  'tenant_schemas',
  'tenants',
  'tokens',
];

describe.each(storageKinds)('migrations on $name', (kind) => {
  let test: TestDatabase;

  beforeEach(async () => {
    test = await kind.createEmpty();
  });
  afterEach(() => test.drop());

  it('go up, down and up again', async () => {
    const database = await openDatabase({ databaseUrl: test.databaseUrl, queryTimeoutMs: 5000 });
    const tables = (): Promise<readonly string[]> =>
      database.lookup(async (session) => {
        const sql =
          session.dialect === 'sqlite'
            ? "select name from sqlite_master where type = 'table'"
            : "select tablename as name from pg_tables where schemaname = 'public'";
        const names = (await selectRows<{ name: string }>(session, sql, [])).map(({ name }) => name);
        return names.filter((name) => TABLES.includes(name)).sort();
      });
    await database.migrate(migrateUp);
    expect(await tables()).toEqual(TABLES);
    await database.migrate(migrateDown);
    expect(await tables()).toEqual([]);
    await database.migrate(migrateUp);
    expect(await tables()).toEqual(TABLES);
    await database.close(false);
  });

  it('are done once, though several processes begin them at the same time, and keep what is stored', async () => {
    const open = async (): Promise<KnexStorage> =>
      new KnexStorage(await openDatabase({ databaseUrl: test.databaseUrl, queryTimeoutMs: 5000 }), undefined);
    const [first, second] = [await open(), await open()];
    await Promise.all([first.migrate(), second.migrate()]);
    await addTenant(first, 't');
    await first.write('t', (directory) => directory.insert(newUser('ada')));
    await second.migrate();
    expect(await second.directory('t').find('User', 'ada')).toBeDefined();
    await Promise.all([first.close(), second.close()]);
  });
});
