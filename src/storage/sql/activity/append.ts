import type { NewActivity } from '../../../model/activity/entry.js';
import { selectRows, type Session } from '../connections/database.js';
import { insertRows, isOneOf } from '../statements.js';
import { toRow, toUnattributedRow } from './rows.js';

/** Adds entries to the tables of the activity log within one unit of work. */
export async function appendActivity(session: Session, entries: readonly NewActivity[]): Promise<void> {
  const owned = await attributed(session, entries);
  const ofTenants = owned.flatMap(({ entry, tenantId, tokenId }) =>
    tenantId === undefined ? [] : [{ entry, tenantId, tokenId }],
  );
  const known = await existing(session, [...new Set(ofTenants.map(({ tenantId }) => tenantId))]);
  const kept = ofTenants.filter(({ tenantId }) => known.has(tenantId));
  const ofNobody = owned.filter(({ tenantId }) => tenantId === undefined).map(({ entry }) => entry);
  await insert(
    session,
    'activity',
    [...kept].map((one) => toRow(one.entry, one.tenantId, one.tokenId)),
  );
  await insert(session, 'activity_unattributed', ofNobody.map(toUnattributedRow));
  await countByHour(session, kept);
}

/** An entry with the tenant whose it is, where anything tells. */
interface Attributed {
  readonly entry: NewActivity;
  readonly tenantId: string | undefined;
  readonly tokenId: string | undefined;
}

interface PrefixRow {
  readonly prefix: string;
  readonly id: string;
  readonly tenant_id: string;
}

async function attributed(session: Session, entries: readonly NewActivity[]): Promise<readonly Attributed[]> {
  const prefixes = [...new Set(entries.flatMap(({ tokenPrefix }) => tokenPrefix ?? []))];
  const tokens = await tokensWith(session, prefixes);
  return entries.map((entry) => {
    const own = tokens.filter(({ prefix }) => prefix === entry.tokenPrefix);
    const tenants = new Set(own.map((token) => token.tenant_id));
    // Two tenants with the same eight characters are as unlikely as a lottery win; then neither is named.
    const tenantId = entry.tenantId ?? (tenants.size === 1 ? own[0]?.tenant_id : undefined);
    const ofTenant = own.filter((token) => token.tenant_id === tenantId);
    return { entry, tenantId, tokenId: ofTenant.length === 1 ? ofTenant[0]?.id : undefined };
  });
}

async function tokensWith(session: Session, prefixes: readonly string[]): Promise<readonly PrefixRow[]> {
  if (prefixes.length === 0) return [];
  const { sql, binding } = isOneOf(session.dialect, 'prefix', prefixes);
  return selectRows<PrefixRow>(session, `select prefix, id, tenant_id from tokens where ${sql}`, [binding]);
}

async function existing(session: Session, tenantIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (tenantIds.length === 0) return new Set();
  const { sql, binding } = isOneOf(session.dialect, 'id', tenantIds);
  const rows = await selectRows<{ id: string }>(session, `select id from tenants where ${sql}`, [binding]);
  return new Set(rows.map(({ id }) => id));
}

async function insert(
  session: Session,
  table: 'activity' | 'activity_unattributed',
  rows: readonly object[],
): Promise<void> {
  const key = table === 'activity' ? 'tenant_id, id' : 'id';
  const adding = `on conflict (${key}) do update set count = ${table}.count + excluded.count`;
  await insertRows(session, table, rows as readonly Readonly<Record<string, unknown>>[], adding);
}

interface HourRow {
  readonly tenant_id: string;
  readonly hour: string;
  readonly operation: string;
  readonly outcome: string;
  n: number;
  total_us: number;
}

async function countByHour(
  session: Session,
  kept: readonly { readonly entry: NewActivity; readonly tenantId: string }[],
): Promise<void> {
  const hours = new Map<string, HourRow>();
  for (const { entry, tenantId } of kept) {
    // The counts tell how a provisioning client calls.
    if (entry.source === 'doctor') continue;
    const hour = `${entry.at.slice(0, 'YYYY-MM-DDTHH'.length)}:00:00.000Z`;
    const key = [tenantId, hour, entry.operation, entry.outcome].join(' ');
    const row = hours.get(key) ?? { ...hourKey(entry, tenantId, hour), n: 0, total_us: 0 };
    row.n += entry.count;
    row.total_us += entry.durationUs;
    hours.set(key, row);
  }
  // One order in every process, so that two of them do not wait for each other's rows.
  const rows = [...hours.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => ({ ...row }));
  await insertRows(
    session,
    'activity_hours',
    rows,
    `on conflict (tenant_id, hour, operation, outcome)
     do update set n = activity_hours.n + excluded.n, total_us = activity_hours.total_us + excluded.total_us`,
  );
}

const hourKey = ({ operation, outcome }: NewActivity, tenantId: string, hour: string) => ({
  tenant_id: tenantId,
  hour,
  operation,
  outcome,
});
