import type { GroupOfUser } from '../../../model/membership.js';
import type { StoredResource } from '../../../model/resource.js';
import type { TokenProof } from '../../../model/token.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { MatchingValue } from '../../../protocol/search-form.js';
import { hotRows, type Session } from '../connections/database.js';
import type { Dialect } from '../connections/driver.js';
import type { Bound } from '../connections/statements/watch.js';
import { STAMP, take } from '../tenants/stamp.js';
import { matchingValuesOf, toMatchingValues } from './matching-values.js';
import { SELECTED, toStoredResource, type ResourceRow } from './rows.js';

/** Which resources a statement finds: a condition on `r`, with its bindings. */
export interface Finding {
  readonly where: string;
  readonly bindings: readonly Bound[];
  /** Whether users come with their groups, as far as these are in no other groups. */
  readonly withGroups: boolean;
  /** What the statement proves besides. */
  readonly proof: TokenProof | undefined;
}

/** A row of what is found; one of nulls, but for the stamp, where nothing is. */
type FoundRow = (ResourceRow | { readonly id: null }) & {
  readonly stamp: string | null;
  readonly groups?: string | null;
};

/** The group's id, version and displayName, and whether it is a member of another one. */
type GroupOfRow = readonly [id: string, version: number, display: string | null, isNested: boolean | number];

/**
 * Finds the first resources by one statement, which proves the token as well and reads the users' groups along, but not those
 * of a user who is in groups within groups: these take further statements, and each of those waits for a turn of its own.
 * @param most how many it returns at most
 * @throws StaleProof if what is remembered of the token is no longer so
 */
export async function findResources(
  session: Session,
  { where, bindings, withGroups, proof }: Finding,
  most: number,
): Promise<readonly StoredResource[]> {
  const selected = withGroups ? `${SELECTED}, ${GROUPS[session.dialect]} as groups` : SELECTED;
  const rows = await provenRows<FoundRow>(session, selected, { where, bindings, proof }, most);
  return rows.flatMap((row) => (row.id === null ? [] : [withItsGroups(row)]));
}

/** A resource that a unit of work is going to change, and what it is found by before. */
export interface ToChange {
  readonly stored: StoredResource;
  readonly display: string | null;
  /** Undefined where they were not read along. */
  readonly values: readonly MatchingValue[] | undefined;
}

interface ToChangeRow {
  readonly display: string | null;
  readonly matching?: string;
}

/**
 * Finds the resource that a unit of work is going to change, and a user's matching values along. On SQLite alone: PostgreSQL
 * would read them, and the groups, as they were before it waited for another unit of work.
 * @throws StaleProof as findResources does
 */
export async function findToChange(
  session: Session,
  type: ResourceTypeName,
  { withGroups, ...finding }: Finding,
): Promise<ToChange | undefined> {
  const along = [
    ...(withGroups ? [`${GROUPS.sqlite} as groups`] : []),
    ...(type === 'User' ? [`${matchingValuesOf('sqlite', 'r')} as matching`] : []),
  ];
  const selected = [SELECTED, 'r.display', ...along].join(', ');
  const [row] = await provenRows<FoundRow & ToChangeRow>(session, selected, finding, 1);
  if (row === undefined || row.id === null) return undefined;
  const { display, matching } = row;
  return {
    stored: withItsGroups(row),
    display,
    values: matching === undefined ? undefined : toMatchingValues(matching),
  };
}

/** Rows of `resources r`; with a proof, there is always one, of nulls where nothing is found. */
async function provenRows<Row extends FoundRow>(
  session: Session,
  selected: string,
  { where, bindings, proof }: Pick<Finding, 'where' | 'bindings' | 'proof'>,
  most: number,
): Promise<readonly Row[]> {
  if (proof === undefined) {
    return hotRows<Row>(session, `select ${selected} from resources r where ${where} limit ${most}`, bindings);
  }
  const sql = `select s.stamp, ${selected} from (select ${STAMP} as stamp) s left join resources r on ${where} limit ${most}`;
  const rows = await hotRows<Row>(session, sql, [proof.tokenId, ...bindings]);
  take(proof, rows[0]);
  return rows;
}

/** The resource with its groups, where they were read along and are in no other groups. */
function withItsGroups(row: ResourceRow & Pick<FoundRow, 'groups'>): StoredResource {
  const stored = toStoredResource(row);
  if (row.groups === undefined) return stored;
  const groups = JSON.parse(row.groups ?? '[]') as readonly GroupOfRow[];
  return groups.some(([, , , isNested]) => isNested) ? stored : { ...stored, groups: groups.map(toGroup).sort(byId) };
}

const toGroup = ([id, version, display]: GroupOfRow): GroupOfUser => ({
  ...{ id, version, display: display ?? undefined },
  type: 'direct',
});

const byId = (one: GroupOfUser, other: GroupOfUser): number => (one.id < other.id ? -1 : 1);

/** The groups of the user `r` as JSON. The databases look up in subqueries what they would join by reading all resources. */
const GROUPS: Readonly<Record<Dialect, string>> = {
  sqlite: groupsAs('json_group_array(json_array', ')'),
  postgres: groupsAs('cast(json_agg(json_build_array', ') as text)'),
};

function groupsAs(begin: string, end: string): string {
  return `(select ${begin}(m.group_id,
      (select g.version from resources g where g.tenant_id = m.tenant_id and g.id = m.group_id),
      (select d.display from resources d where d.tenant_id = m.tenant_id and d.id = m.group_id),
      exists (select 1 from memberships n where n.tenant_id = m.tenant_id and n.member_id = m.group_id))${end}
    from memberships m where m.tenant_id = r.tenant_id and m.member_id = r.id)`;
}
