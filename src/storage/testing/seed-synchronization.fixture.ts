import type { MirrorItem, SyncContent, SyncMembership } from '../../model/mirror.js';
import type { StagedItem } from '../../model/resource.js';
import { isJsonObject } from '../../protocol/json.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import type { Database } from '../sql/connections/database.js';
import { toContentColumns } from '../sql/directory/rows.js';
import { KnexStorage, openDatabase } from '../sql/open-storage.js';
import { insertRows, type NewRow } from '../sql/statements.js';
import { newGroup, newUser, type NewResource } from './resources.fixture.js';

/** How many of what a tenant has. */
export interface Seed {
  readonly users: number;
  readonly groups?: number;
  /** Users that each group has as members. */
  readonly members?: number;
  /** Whether the backend has all of it already. */
  readonly mirrored?: boolean;
  /** What the backend was told about a resource; by default its name and whether it is active. */
  readonly contentOf?: (staged: StagedItem, type: ResourceTypeName) => SyncContent;
}

/** How many rows one unit of work writes. */
const PIECE = 5000;

/** The id of a seeded resource, from 0: of version 7, in the order of the numbers. */
export function seedId(type: ResourceTypeName, index: number): string {
  return `0198c5a${type === 'User' ? 2 : 3}-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;
}

/** The userName or displayName of a seeded resource. */
export function seedName(type: ResourceTypeName, index: number): string {
  return type === 'User' ? `user.${index}@contoso.example` : `Group ${index}`;
}

/**
 * Stages users and groups of a tenant that exists, straight in the database, and puts them into the mirror where wanted:
 * 100,000 users take seconds. Every tenth user is inactive.
 */
export async function seedSynchronization(databaseUrl: string, tenantId: string, seed: Seed): Promise<void> {
  const database = await openDatabase({ databaseUrl, queryTimeoutMs: 60_000 });
  try {
    for (const [type, count] of [['User', seed.users] as const, ['Group', seed.groups ?? 0] as const]) {
      for (const indices of pieces(count)) await seedPiece(database, tenantId, type, indices, seed);
      const counted = { tenant_id: tenantId, type, count };
      await database.unit((session) => insertRows(session, 'resource_counts', count === 0 ? [] : [counted]), tenantId);
    }
    for (const groups of pieces(seed.groups ?? 0, Math.max(1, Math.floor(PIECE / (seed.members || 1))))) {
      await seedMemberships(database, tenantId, groups, seed);
    }
    if (database.dialect === 'postgres') await database.scan('', ({ knex }) => knex.raw('vacuum analyze'));
  } finally {
    await database.close(false);
  }
}

async function seedPiece(
  database: Database,
  tenantId: string,
  type: ResourceTypeName,
  indices: readonly number[],
  { mirrored = false, contentOf = nameAndActive }: Seed,
): Promise<void> {
  const resources = indices.map((index) => resourceOf(type, index));
  await database.unit(async (session) => {
    await insertRows(
      session,
      'resources',
      resources.map((resource) => toRow(tenantId, resource)),
    );
    await insertRows(
      session,
      'attribute_values',
      resources.flatMap((resource) => valueRows(tenantId, resource)),
    );
  }, tenantId);
  if (!mirrored) return;
  const items = resources.map((resource) => toMirrorItem(resource, (staged) => contentOf(staged, type)));
  await new KnexStorage(database, undefined).writeSync(tenantId, (sync) => sync.mirror.put(type, items));
}

async function seedMemberships(
  database: Database,
  tenantId: string,
  groups: readonly number[],
  { users, members = 0, mirrored = false }: Seed,
): Promise<void> {
  const memberships: readonly SyncMembership[] = groups.flatMap((group) =>
    Array.from({ length: Math.min(members, users) }, (_, place) => ({
      groupId: seedId('Group', group),
      memberId: seedId('User', (group * members + place) % users),
    })),
  );
  const rows = memberships.map(({ groupId, memberId }) => ({
    ...{ tenant_id: tenantId, group_id: groupId, member_id: memberId, member_type: 'User' },
  }));
  await database.unit((session) => insertRows(session, 'memberships', rows), tenantId);
  const storage = new KnexStorage(database, undefined);
  if (mirrored) await storage.writeSync(tenantId, (sync) => sync.mirrorMemberships.add(memberships));
}

/** A user as Entra's default mapping makes one, or a group. */
function resourceOf(type: ResourceTypeName, index: number): NewResource {
  const [id, name] = [seedId(type, index), seedName(type, index)];
  if (type === 'Group') return newGroup(name, { externalId: `group-${index}` }, id);
  const given = {
    externalId: `employee-${index}`,
    displayName: `User ${index}`,
    name: { givenName: `Given ${index}`, familyName: 'Verane', formatted: `Given ${index} Verane` },
    active: index % 10 !== 9,
    emails: [{ type: 'work', value: name, primary: true }],
  };
  return newUser(name, given, id);
}

function toRow(tenantId: string, { id, type, at, content }: NewResource): NewRow {
  return { tenant_id: tenantId, id, type, version: 1, created: at, last_modified: at, ...toContentColumns(content) };
}

function valueRows(tenantId: string, { id, type, content }: NewResource): readonly NewRow[] {
  return content.matchingValues.map(({ attribute, value }) => ({
    ...{ tenant_id: tenantId, type, attribute, value, resource_id: id, is_unique: false },
  }));
}

function toMirrorItem({ id, content }: NewResource, contentOf: (staged: StagedItem) => SyncContent): MirrorItem {
  const staged = { id, version: 1, active: content.active !== false, document: content.document };
  return {
    ...{ resourceId: id, accountId: undefined, stagedVersion: 1, policyRevision: 0, missingSince: undefined },
    content: contentOf(staged),
  };
}

function nameAndActive({ active, document }: StagedItem): SyncContent {
  const resource: unknown = JSON.parse(document);
  const name = isJsonObject(resource) ? (resource['userName'] ?? resource['displayName']) : undefined;
  return { name: String(name), active, attributes: {} };
}

function pieces(count: number, size = PIECE): readonly (readonly number[])[] {
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, piece) => piece * size);
  return starts.map((from) => Array.from({ length: Math.min(size, count - from) }, (_, offset) => from + offset));
}
