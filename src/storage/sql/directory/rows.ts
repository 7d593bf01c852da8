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

/**
 * A condition on the type of a resource, as part of a statement's text: there are indexes of users alone and of groups alone, so
 * that SQLite would plan the statement anew whenever a type is bound, to see whether it may use them.
 */
export const OF_TYPE: Readonly<Record<ResourceTypeName, string>> = { User: "type = 'User'", Group: "type = 'Group'" };

/** What finds one resource `r`; the bindings are tenant and id. */
export const THIS: Readonly<Record<ResourceTypeName, string>> = {
  User: `r.tenant_id = ? and r.id = ? and r.${OF_TYPE.User}`,
  Group: `r.tenant_id = ? and r.id = ? and r.${OF_TYPE.Group}`,
};

/** The columns that `toStoredResource` reads, of `resources r`. */
export const SELECTED = RESOURCE_COLUMNS.map((column) => `r.${column}`).join(', ');

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
