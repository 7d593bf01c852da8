import type { ResourceContent, StoredResource } from '../../../model/resource.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { BulkResource } from '../../bulk-writer.js';
import { hotRows, type Session } from '../connections/database.js';
import type { NewRow } from '../statements.js';

/** The columns of a resource that its readers want. */
export interface ResourceRow {
  readonly id: string;
  readonly type: string;
  /** PostgreSQL's driver gives a bigint as text. */
  readonly version: number | string;
  readonly created: string;
  readonly last_modified: string;
  readonly document: string;
  readonly members_version: number | string;
}

/** The columns that `toStoredResource` reads. */
export const RESOURCE_COLUMNS = [
  'id',
  'type',
  'version',
  'created',
  'last_modified',
  'document',
  'members_version',
] as const;

/** What finds one resource; its bindings are tenant, id and type. */
export const SELECT_RESOURCE = `select ${RESOURCE_COLUMNS.map((column) => `r.${column}`).join(', ')}
  from resources r where r.tenant_id = ? and r.id = ? and r.type = ?`;

/** The same with what the resource is called, which its groups show. */
export const SELECT_TO_CHANGE = SELECT_RESOURCE.replace('select ', 'select r.display, ');

/** A row of `resources` as the resource it stores. */
export function toStoredResource(row: ResourceRow): StoredResource {
  return {
    id: row.id,
    type: toResourceType(row.type),
    version: Number(row.version),
    created: row.created,
    lastModified: row.last_modified,
    document: row.document,
    membersVersion: Number(row.members_version),
  };
}

function toResourceType(type: string): ResourceTypeName {
  return type === 'Group' ? 'Group' : 'User';
}

/** The columns that hold a resource's content; what it does not have is null. */
export function toContentColumns(content: ResourceContent): Readonly<Record<string, string | boolean | null>> {
  return {
    document: content.document,
    search: JSON.stringify(content.search),
    user_name: content.userName ?? null,
    display_name: content.displayName ?? null,
    display: content.display ?? null,
    external_id: content.externalId ?? null,
    active: content.active ?? null,
  };
}

/** The row of a new resource. */
export function toNewRow(tenantId: string, { id, type, at, content }: BulkResource): NewRow {
  // One literal, since spreading costs as much as all the rest.
  return {
    tenant_id: tenantId,
    id,
    type,
    version: 1,
    created: at,
    last_modified: at,
    document: content.document,
    search: JSON.stringify(content.search),
    user_name: content.userName ?? null,
    display_name: content.displayName ?? null,
    display: content.display ?? null,
    external_id: content.externalId ?? null,
    active: content.active ?? null,
  };
}

/** Notes how many resources of a type a unit of work added; units of a tenant wait for each other here. */
export async function addToCount(
  session: Session,
  tenantId: string,
  type: ResourceTypeName,
  change: number,
): Promise<void> {
  await hotRows(session, ADD_TO_COUNT, [tenantId, type, change]);
}

const ADD_TO_COUNT = `insert into resource_counts (tenant_id, type, count) values (?, ?, ?)
  on conflict (tenant_id, type) do update set count = resource_counts.count + excluded.count`;
