import { isId } from '../../model/id.js';
import type { SortPosition } from '../../model/list.js';
import type { StoredResource } from '../../model/resource.js';
import type { Tenant } from '../../model/tenant.js';
import { parseFilter } from '../../protocol/filter/parse-filter.js';
import { isJsonObject, member, type JsonObject } from '../../protocol/json.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { invalidValue } from '../../protocol/scim-error.js';
import { parseSort } from '../../protocol/sort.js';
import { scopeOf } from '../../provisioning/scope.js';
import type { Storage } from '../../storage/storage.js';

/** How many people or groups are on a page. */
export const PAGE = 50;

/** A page of staged people or groups. */
export interface StagedPage {
  readonly resources: readonly StoredResource[];
  readonly total: number;
  /** What the address of the page that follows carries as `after`. */
  readonly next: string | undefined;
}

/** Which staged people or groups are wanted. */
export interface Wanted {
  readonly type: ResourceTypeName;
  /** The attribute that is searched and sorted by; an index has it. */
  readonly by: 'userName' | 'displayName';
  /** What its values begin with, in any case; empty for all. */
  readonly prefix: string;
  readonly after?: string | undefined;
  readonly limit?: number;
}

/** Reads a page of the staging directory, in the order of names. @throws ScimError 400 for an `after` that no page had */
export async function stagedPage(
  storage: Storage,
  tenant: Tenant,
  { type, by, prefix, after, limit = PAGE }: Wanted,
): Promise<StagedPage> {
  const resourceType = scopeOf(tenant).settledTypes[type];
  const filter = prefix === '' ? {} : { filter: parseFilter(`${by} sw ${JSON.stringify(prefix)}`, resourceType) };
  const page = await storage.directory(tenant.id).list({
    type,
    ...filter,
    sort: parseSort(by, 'ascending', [resourceType]),
    offset: 0,
    limit,
    ...(after === undefined ? {} : { after: positionOf(after) }),
  });
  return { resources: page.resources, total: page.total, next: page.next && textOf(page.next) };
}

const textOf = ({ key, id }: SortPosition): string => Buffer.from(JSON.stringify([key, id])).toString('base64url');

function positionOf(text: string): SortPosition {
  const [key, id] = partsOf(text);
  const isKey = key === null || (typeof key === 'string' && key.isWellFormed() && !key.includes('\0'));
  if (!isKey || typeof id !== 'string' || !isId(id))
    throw invalidValue('There is no such page; the address was changed.');
  return { key, id };
}

function partsOf(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

/** A stored resource as the object that it is. */
export function resourceOf({ document }: Pick<StoredResource, 'document'>): JsonObject {
  const resource: unknown = JSON.parse(document);
  return isJsonObject(resource) ? resource : {};
}

/** An attribute of a resource that is text; empty where it is none. */
export function textIn(resource: JsonObject, name: string): string {
  const value = member(resource, name);
  return typeof value === 'string' ? value : '';
}
