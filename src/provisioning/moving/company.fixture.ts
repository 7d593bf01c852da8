import { v7 as newId } from 'uuid';
import { canonicalText } from '../../protocol/equality.js';
import { type JsonObject, type JsonValue, mapMembers } from '../../protocol/json.js';
import { selectRows } from '../../storage/sql/connections/database.js';
import { TENANT_TABLES } from '../../storage/sql/tenants/tables.js';
import type { OpenDatabase } from '../../storage/testing/seed.fixture.js';
import { addTenant } from '../../storage/testing/storage.fixture.js';
import {
  newAuditEntry,
  newLine,
  newMirrorItem,
  newPlan,
  newRun,
  TEST_POLICY,
} from '../../storage/testing/sync.fixture.js';
import { contentOf } from '../resources/content.js';
import { scopeOf } from '../scope.js';
import { StagedTenant } from '../staged-tenant.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const BADGE = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';

/** A company with something in every table: one user in two has been changed, one group is in another. */
export async function company({ storage }: OpenDatabase): Promise<string> {
  const id = newId();
  await addTenant(storage, id, {
    settings: { groupReplaceAdds: true, unknownAttributes: 'ignore', rateLimit: '7/70' },
  });
  const staged = new StagedTenant(storage, id);
  await staged
    .registry()
    .register(
      id,
      { id: BADGE, attributes: [{ name: 'badge', type: 'string', uniqueness: 'server' }] },
      { urn: BADGE, dropInvalid: false },
    );
  const users: string[] = [];
  for (const name of ['Ada \u{1F600}', 'Bob', 'Cléo']) {
    const emails = [{ type: 'work', value: `${name}@contoso.com` }];
    users.push(
      await staged.create({
        ...{
          schemas: [USER, BADGE],
          userName: name,
          displayName: name,
          externalId: name,
          emails,
          active: name !== 'Bob',
        },
        ...{ [BADGE]: { badge: name }, 'urn:x:unknown:1.0:User': { 'a"b': '\\u0000' } },
      }),
    );
  }
  await staged.patch(users[1] ?? '', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'title', value: 'Baker' }],
  });
  const groups = [newId(), newId()];
  const scope = scopeOf(await staged.tenant());
  await storage.write(id, async (directory) => {
    for (const [index, group] of groups.entries()) {
      const content = contentOf({ schemas: [GROUP], displayName: `Group ${index}` }, scope.types.Group);
      await directory.insert({ id: group, type: 'Group', at: '2026-01-02T03:04:05.678Z', content });
    }
    const add = [users[0] ?? '', groups[1] ?? ''];
    await directory.changeMembers(groups[0] ?? '', [{ kind: 'delta', clear: false, add, remove: [] }]);
    await directory.touch('Group', groups[0] ?? '', '2026-01-03T03:04:05.678Z');
  });
  await synchronized(storage, id, users, groups);
  return id;
}

async function synchronized(
  storage: OpenDatabase['storage'],
  tenantId: string,
  [user = '']: readonly string[],
  [group = '']: readonly string[],
): Promise<void> {
  const [plan, run] = [newId(), newId()];
  await storage.writeSync(tenantId, async (sync) => {
    await sync.mirror.put('User', [newMirrorItem('ada', { resourceId: user })]);
    await sync.mirrorMemberships.add([{ groupId: group, memberId: user }]);
    await sync.policy.set(TEST_POLICY);
    await sync.holds.put([
      { subject: 'account', resourceId: user, by: 'ada', at: '2026-01-01T00:00:00.000Z', reason: '' },
    ]);
    await sync.plans.insert(newPlan(plan));
    await sync.lines.insert(plan, [newLine(1, { resourceId: user, needsConfirmation: true })]);
    await sync.runs.insert(newRun(run, { planId: plan, state: 'finished', finished: '2026-01-01T00:00:00.000Z' }));
    await sync.audit.append([newAuditEntry(newId())]);
  });
}

/** Whether a database has nothing of a tenant. */
export const nothingOf = async ({ database }: OpenDatabase, tenantId: string): Promise<boolean> =>
  database.lookup(async (session) => {
    for (const { table } of [...TENANT_TABLES, { table: 'tenant_schemas' }]) {
      if ((await selectRows(session, `select 1 as n from ${table} where tenant_id = ?`, [tenantId])).length > 0)
        return false;
    }
    return (await selectRows(session, 'select 1 as n from tenants where id = ?', [tenantId])).length === 0;
  });

/** The rows of a table, alike for both databases. */
export async function comparable(
  { database }: OpenDatabase,
  table: string,
  tenantId: string,
): Promise<readonly string[]> {
  const rows = await database.lookup((session) =>
    selectRows<JsonObject>(session, `select * from ${table} where tenant_id = ?`, [tenantId]),
  );
  return rows.map((row) => canonicalText(mapMembers(row, (value, name) => alike(name, value)))).sort();
}

/** PostgreSQL's driver reads jsonb and booleans, and gives a bigint as text. */
function alike(name: string, value: JsonValue): JsonValue {
  if (name === 'search') return typeof value === 'string' ? (JSON.parse(value) as JsonValue) : value;
  return typeof value === 'boolean' ? String(Number(value)) : JSON.stringify(value).replaceAll('"', '');
}
