/** A table with rows of tenants. */
export interface TenantTable {
  readonly table: string;
  /** The rest of its key, behind `tenant_id`. */
  readonly key: readonly string[];
  /**
   * Whether its rows leave with a tenant that moves to another database: `always`, with the activity log where that is wanted, or
   * `never`, since they are made anew from others (`attribute_values`, `resource_counts`) or are secrets,
   * or (`alerts`) are about the database that they are in.
   */
  readonly moves: 'always' | 'with activity' | 'never';
}

/** What belongs to a tenant, in the order in which it is erased: what refers to others comes first. */
export const TENANT_TABLES: readonly TenantTable[] = [
  { table: 'memberships', key: ['group_id', 'member_id'], moves: 'always' },
  { table: 'attribute_values', key: ['type', 'attribute', 'value', 'resource_id'], moves: 'never' },
  { table: 'resources', key: ['id'], moves: 'always' },
  { table: 'resource_counts', key: ['type'], moves: 'never' },
  { table: 'sync_runs', key: ['id'], moves: 'always' },
  { table: 'sync_plans', key: ['id'], moves: 'always' },
  { table: 'sync_plan_lines', key: ['plan_id', 'number'], moves: 'always' },
  { table: 'sync_plan_reviews', key: ['plan_id'], moves: 'always' },
  { table: 'sync_plan_groups', key: ['plan_id', 'lines', 'signature'], moves: 'always' },
  { table: 'sync_plan_index', key: ['plan_id', 'key', 'first'], moves: 'always' },
  { table: 'sync_confirmed_links', key: ['subject', 'resource_id'], moves: 'always' },
  { table: 'sync_holds', key: ['subject', 'resource_id', 'member_id'], moves: 'always' },
  { table: 'sync_policies', key: ['tenant_id'], moves: 'always' },
  { table: 'mirror', key: ['type', 'resource_id'], moves: 'always' },
  { table: 'mirror_memberships', key: ['group_id', 'member_id'], moves: 'always' },
  { table: 'mirror_owners', key: ['tenant_id'], moves: 'always' },
  { table: 'sync_audit', key: ['id'], moves: 'always' },
  { table: 'oauth_assertions', key: ['client_id', 'hash'], moves: 'never' },
  { table: 'oauth_credentials', key: ['client_id', 'id'], moves: 'never' },
  { table: 'oauth_clients', key: ['id'], moves: 'never' },
  { table: 'activity', key: ['id'], moves: 'with activity' },
  { table: 'activity_hours', key: ['hour', 'operation', 'outcome'], moves: 'with activity' },
  { table: 'activity_settings', key: ['tenant_id'], moves: 'always' },
  { table: 'setup_links', key: ['tenant_id'], moves: 'never' },
  { table: 'alerts', key: ['id'], moves: 'never' },
];

/** Rows that go with the row of the tenant by themselves when that is erased. */
const WITH_THE_TENANT: readonly TenantTable[] = [
  { table: 'tenant_schemas', key: ['urn'], moves: 'always' },
  { table: 'tokens', key: ['id'], moves: 'never' },
];

/** All tables with rows of tenants. */
const ALL_TABLES: readonly TenantTable[] = [...WITH_THE_TENANT, ...TENANT_TABLES];

/** What the rows of all others rest on, so that it comes first. */
const FIRST = ['tenant_schemas', 'resources', 'memberships'];

/** The tables whose rows leave with a tenant, in the order in which they are written and read. */
export function movingTables(withActivity: boolean): readonly TenantTable[] {
  const moving = ALL_TABLES.filter(({ moves }) => moves === 'always' || (withActivity && moves === 'with activity'));
  const rank = ({ table }: TenantTable): number => (FIRST.includes(table) ? FIRST.indexOf(table) : FIRST.length);
  return [...moving].sort((one, other) => rank(one) - rank(other));
}
