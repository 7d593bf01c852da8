import { openServices, type Services } from '../../compose.js';
import { readConfig } from '../../config.js';
import type { NewActivity } from '../../model/activity/entry.js';
import { firstIdAt } from '../../model/id.js';
import type { SyncContent } from '../../model/mirror.js';
import type { StagedItem } from '../../model/resource.js';
import { USER } from '../../protocol/schemas/resource-types.js';
import { openDatabase } from '../../storage/sql/open-storage.js';
import { seedId, seedName, seedSynchronization } from '../../storage/testing/seed-synchronization.fixture.js';
import { compileMapping } from '../../sync/plan/attribute-mapping.js';
import { desiredAccount, desiredGroup } from '../../sync/plan/desired.js';
import { DEFAULT_POLICY } from '../../sync/policy.js';

/** How many of what the company has whose pages are measured. */
export interface Size {
  readonly users: number;
  readonly activity: number;
  /** Other tenants on the server. */
  readonly others: number;
}

/** The company, and what the requests name of it. */
export interface Company {
  readonly tenantId: string;
  readonly secret: string;
  readonly planId: string;
  /** The plan before it. */
  readonly earlierId: string;
  readonly runId: string;
  /** A user of whom the log has one entry in a hundred. */
  readonly busy: string;
}

/** Somebody who was refused again and again and never arrived. */
export const REFUSED = 'nobody@contoso.example';

const GROUPS = 200;
/** Entries of one batch. */
const BATCH = 2_000;
const MONTH = 30 * 86_400_000;
/** Entries of each other tenant. */
const OF_OTHERS = 50;

const mapping = compileMapping(DEFAULT_POLICY.attributes, USER);

/**
 * What the backend has before the first plan: of every second user another family name, which makes one large group of identical
 * changes, of the others another given name, and a hundredth of those who are inactive is active.
 */
function delivered(): (staged: StagedItem, type: 'User' | 'Group') => SyncContent {
  let index = 0;
  return (staged, type) => {
    const { content } =
      type === 'User'
        ? desiredAccount({ ...staged, active: true }, undefined, { policy: DEFAULT_POLICY, mapping, now: '' })
        : desiredGroup(staged);
    if (content === undefined) throw new Error('a staged resource that the backend is to have nothing of');
    if (type === 'Group') return { ...content, active: staged.active };
    const before = ++index % 2 === 0 ? { familyName: 'of before' } : { givenName: `of before ${index}` };
    const active = staged.active || index % 100 === 0;
    return { ...content, active, attributes: { ...content.attributes, ...before } };
  };
}

/** Fills an empty database with the company and the others. */
export async function seedCompany(databaseUrl: string, exportDir: string, size: Size): Promise<Company> {
  const services = await openServices(
    readConfig({ DATABASE_URL: databaseUrl, SYNC_EXPORT_DIR: exportDir, QUERY_TIMEOUT_MS: '600000' }),
    { create: true },
  );
  try {
    const { tenant, secret } = await services.tenancy.createTenant('Contoso');
    const groups = Math.min(GROUPS, Math.ceil(size.users / 500));
    await seedSynchronization(databaseUrl, tenant.id, {
      ...{ users: size.users, groups, members: Math.min(500, size.users), mirrored: true },
      contentOf: delivered(),
    });
    const plans = await plansOf(services, tenant.id);
    await seedActivity(services, tenant.id, size);
    await seedOthers(services, size.others);
    await seedStrangers(services);
    const database = await openDatabase({ databaseUrl, queryTimeoutMs: 600_000 });
    // What autovacuum gives PostgreSQL's planner in operation.
    if (database.dialect === 'postgres') await database.scan('', ({ knex }) => knex.raw('vacuum analyze'));
    await database.close(false);
    return { tenantId: tenant.id, secret, ...plans, busy: seedId('User', 7) };
  } finally {
    await services.close();
  }
}

/** A plan that is applied as a whole, and two more that each change every account. */
async function plansOf({ synchronization }: Services, tenantId: string) {
  const { plan: first } = await synchronization.plan(tenantId, 'bench');
  const confirm = first.counts.accounts.deactivate + first.counts.accounts.delete;
  const { run, ended } = await synchronization.apply(tenantId, first.id, { by: 'bench', confirm });
  await ended;
  await synchronization.setPolicy(
    tenantId,
    { attributes: { ...DEFAULT_POLICY.attributes, userName: 'login' } },
    'bench',
  );
  const { plan: earlier } = await synchronization.plan(tenantId, 'bench');
  await synchronization.setPolicy(
    tenantId,
    { attributes: { ...DEFAULT_POLICY.attributes, userName: 'name' } },
    'bench',
  );
  const { plan } = await synchronization.plan(tenantId, 'bench');
  const filter = 'kind eq "update" and name sw "user.9"';
  await synchronization.holdLines(
    tenantId,
    plan.id,
    { digest: plan.digest, filter },
    { by: 'bench', reason: 'to measure' },
  );
  return { planId: plan.id, earlierId: earlier.id, runId: run.id };
}

const PLAIN = { source: 'entra', status: 200, outcome: 'ok', changed: [], ignored: [], rules: [], count: 1 } as const;

/** What an entry of that number says: seven of ten are lookups, as Entra sends them. */
function meaningOf(index: number, users: number): Partial<NewActivity> & Pick<NewActivity, 'operation'> {
  const user = index % 100 === 0 ? 7 : (index * 7_919) % users;
  const about = { resourceType: 'User', resourceId: seedId('User', user), subject: seedName('User', user) } as const;
  const kind = index % 10;
  if (kind < 7) return { ...about, operation: 'user.lookup' };
  if (kind === 7)
    return { ...about, operation: 'user.update', changed: ['title', 'displayName'], rules: ['string-booleans'] };
  if (kind === 8)
    return { resourceType: 'Group', resourceId: seedId('Group', user % GROUPS), operation: 'group.members.add' };
  if (index % 100 === 9) {
    const detail = 'userName is the name of another user.';
    const refused = { status: 409, outcome: 'refused', scimType: 'uniqueness', detail } as const;
    return { operation: 'user.create', resourceType: 'User', subject: REFUSED, ...refused };
  }
  return {
    operation: 'user.lookup',
    resourceType: 'User',
    subject: `new.${index}@contoso.example`,
    outcome: 'nothing',
  };
}

function entry(tenantId: string | undefined, number: number, at: number, meaning: Partial<NewActivity>): NewActivity {
  const time = new Date(at).toISOString();
  const id = `${firstIdAt(time).slice(0, 24)}${number.toString(16).padStart(12, '0')}`;
  return {
    ...PLAIN,
    operation: 'user.lookup',
    durationUs: 1_500 + (number % 1_000),
    requestId: `r-${tenantId}-${number}`,
    ...meaning,
    id,
    at: time,
    tenantId,
  };
}

async function seedActivity({ storage }: Services, tenantId: string, { activity, users }: Size): Promise<void> {
  const begin = Date.now() - MONTH;
  for (let from = 0; from < activity; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, activity - from) }, (_, offset) => {
      const number = from + offset;
      return entry(tenantId, number, begin + Math.floor((number / activity) * MONTH), meaningOf(number, users));
    });
    await storage.activity.append(batch);
  }
}

async function seedOthers({ tenancy, storage }: Services, others: number): Promise<void> {
  for (let index = 0; index < others; index += 1) {
    const { tenant } = await tenancy.createTenant(`Company ${index}`);
    const begin = Date.now() - MONTH;
    await storage.activity.append(
      Array.from({ length: OF_OTHERS }, (_, number) => entry(tenant.id, number, begin + number * 60_000 * 700, {})),
    );
  }
}

async function seedStrangers({ storage }: Services): Promise<void> {
  const refused = {
    operation: 'authenticate',
    status: 401,
    outcome: 'refused',
    reason: 'absent',
    network: '192.0.2.0/24',
  } as const;
  const begin = Date.now() - MONTH;
  await storage.activity.append(
    Array.from({ length: BATCH }, (_, number) => entry(undefined, number, begin + number * 60_000, refused)),
  );
}
