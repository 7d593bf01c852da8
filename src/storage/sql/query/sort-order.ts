import type { Knex } from 'knex';
import type { Sort, SortPosition } from '../../../model/list.js';
import type { AttributeReference } from '../../../protocol/filter/tree.js';
import type { AttributeType } from '../../../protocol/schemas/attribute.js';
import { invalidValue } from '../../../protocol/scim-error.js';
import type { Dialect } from '../connections/driver.js';

/** An order of resources by a key, and by id where keys are equal. */
export interface SortOrder {
  /** SQL of the key, over `r`, an alias of resources. */
  readonly key: string;
  readonly bindings: readonly Knex.RawBinding[];
  readonly descending: boolean;
  /** Whether an index has this order. */
  readonly indexed: boolean;
  /** Whether the key is the id itself. */
  readonly byId: boolean;
}

/**
 * How many characters of a text without an index are compared: a position has to fit into an address. What has an index is
 * shorter anyway.
 */
const COMPARED_LENGTH = 512;

/** The attributes whose order an index has, by their names in SCIM. */
const COLUMNS = new Map([
  ['id', 'id'],
  ['userName', 'user_name'],
  ['displayName', 'display_name'],
  ['externalId', 'external_id'],
  ['meta.created', 'created'],
  ['meta.lastModified', 'last_modified'],
]);

/**
 * How to sort as `sortBy` and `sortOrder` say (RFC 7644 §3.4.2.3); by id when they say nothing.
 * @throws ScimError 400 `invalidValue` when the attribute is complex and has no `value` to sort by.
 */
export function sortOrder(dialect: Dialect, sort: Sort | undefined): SortOrder {
  const descending = sort?.descending ?? false;
  const column = sort === undefined ? 'id' : columnOf(sort.by);
  if (sort === undefined || column !== undefined) {
    return { key: `r.${column ?? 'id'}`, bindings: [], descending, indexed: true, byId: column === 'id' };
  }
  return { ...keyInSearchForm(dialect, sort.by), descending, indexed: false, byId: false };
}

function columnOf({ extension, attribute, subAttribute }: AttributeReference): string | undefined {
  if (extension !== undefined) return undefined;
  return COLUMNS.get(subAttribute === undefined ? attribute.name : `${attribute.name}.${subAttribute.name}`);
}

function keyInSearchForm(dialect: Dialect, reference: AttributeReference): Pick<SortOrder, 'key' | 'bindings'> {
  const { path, type } = valueOf(reference);
  return dialect === 'sqlite'
    ? { key: sqliteKey(type), bindings: [sqlitePath(path)] }
    : { key: postgresKey(type), bindings: [path.map(String)] };
}

function sqliteKey(type: AttributeType): string {
  const value = 'json_extract(r.search, ?)';
  return ['boolean', 'integer', 'decimal'].includes(type) ? value : `substr(${value}, 1, ${COMPARED_LENGTH})`;
}

function postgresKey(type: AttributeType): string {
  const text = '(r.search #>> ?::text[])';
  if (type === 'boolean') return `${text}::boolean::integer`;
  if (type === 'integer' || type === 'decimal') return `${text}::double precision`;
  return `left(${text}, ${COMPARED_LENGTH}) collate "C"`;
}

/** Where the search form has the value to sort by: of several elements the primary or the first, which stands in front. */
function valueOf({ extension, attribute, subAttribute }: AttributeReference): {
  path: readonly (string | number)[];
  type: AttributeType;
} {
  const sub = subAttribute ?? attribute.subAttributes?.find(({ name }) => name === 'value');
  const value = attribute.type === 'complex' ? sub : attribute;
  if (value === undefined || value.type === 'complex') {
    throw invalidValue(`sortBy must name a simple attribute or sub-attribute; ${attribute.name} is complex`);
  }
  const holders = value === attribute ? [value] : [attribute, value];
  const names = holders.flatMap(({ name, multiValued }) => (multiValued ? [name, 0] : [name]));
  return { path: extension === undefined ? names : [extension, ...names], type: value.type };
}

function sqlitePath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}."${step}"`),
    '$',
  );
}

/** A condition over `r`, an alias of resources. */
export interface Condition {
  readonly sql: string;
  readonly bindings: readonly Knex.RawBinding[];
}

const EVERYTHING: Condition = { sql: 'true', bindings: [] };

/** The terms of an `order by`: resources without a value come last, first when descending (RFC 7644 §3.4.2.3). */
export function orderBy({ byId, descending }: SortOrder, key: string, id: string): string {
  const [direction, nulls] = descending ? ['desc', 'first'] : ['asc', 'last'];
  return byId ? `${id} ${direction}` : `${key} ${direction} nulls ${nulls}, ${id} ${direction}`;
}

/** What comes behind a position, or all, as ranges that an index answers each; one follows the other. */
export function rangesBehind(order: SortOrder, after: SortPosition | undefined): readonly Condition[] {
  if (after === undefined) return [EVERYTHING];
  const { key, bindings, descending } = order;
  const beyond = descending ? '<' : '>';
  const { id } = after;
  if (order.byId) return [{ sql: `r.id ${beyond} ?`, bindings: [id] }];
  if (after.key !== null) {
    const rest = { sql: `(${key}, r.id) ${beyond} (?, ?)`, bindings: [...bindings, after.key, id] };
    return descending ? [rest] : [rest, { sql: `${key} is null`, bindings }];
  }
  const rest = { sql: `${key} is null and r.id ${beyond} ?`, bindings: [...bindings, id] };
  return descending ? [rest, { sql: `${key} is not null`, bindings }] : [rest];
}
