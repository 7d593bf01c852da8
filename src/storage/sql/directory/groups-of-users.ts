import type { GroupOfUser } from '../../../model/membership.js';
import { hotRows, type Work } from '../connections/database.js';
import { isOneOf } from '../statements.js';

/** How far the groups that contain groups are followed upwards for one page of users, in memberships and in levels. */
const NESTED_MEMBERSHIPS = 10_000;
const NESTED_LEVELS = 20;

/** How many steps the users of one page are taken up through these, all together. */
const STEPS = 200_000;

interface ContainerRow {
  readonly member_id: string;
  readonly id: string;
  readonly version: number | string;
  readonly display: string | null;
  /** Whether the group is a member of another one. SQLite has 0 and 1. */
  readonly nested: boolean | number;
}

/** Runs one statement when it is its turn. */
type Read = <T>(work: Work<T>) => Promise<T>;

/**
 * The groups of each of these users, direct and through nested groups, in the order of their ids. Indirect groups are left
 * out that lie behind more nested memberships or levels than one page follows. Each level has a turn of its own among all
 * lookups: a user who is deep in groups is not to hold up those of other tenants.
 */
export async function groupsOfUsers(
  read: Read,
  tenantId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupOfUser[]>> {
  if (userIds.length === 0) return new Map();
  const direct = await containersOf(read, tenantId, userIds);
  const above = new GroupsAbove();
  let frontier = above.add(direct);
  let left = NESTED_MEMBERSHIPS;
  for (let level = 0; level < NESTED_LEVELS && frontier.length > 0 && left > 0; level += 1) {
    const rows = await containersOf(read, tenantId, frontier, left);
    left -= rows.length;
    frontier = above.add(rows);
  }
  return new Map(userIds.map((id) => [id, above.groupsOf(id)]));
}

/**
 * The groups that have one of these as a member. Left to themselves, the databases read all resources of the tenant for the
 * few that were reached; both look up what is asked for in a subquery.
 */
function containersOf(
  read: Read,
  tenantId: string,
  ids: readonly string[],
  limit?: number,
): Promise<readonly ContainerRow[]> {
  return read((session) => {
    const { sql, binding } = isOneOf(session.dialect, 'm.member_id', ids);
    const statement = `select m.member_id, m.group_id as id,
       (select r.version from resources r where r.tenant_id = ? and r.id = m.group_id) as version,
       (select r.display from resources r where r.tenant_id = ? and r.id = m.group_id) as display,
       exists (select 1 from memberships g where g.tenant_id = ? and g.member_id = m.group_id) as nested
     from memberships m where m.tenant_id = ? and ${sql}${limit === undefined ? '' : ` limit ${limit}`}`;
    return hotRows<ContainerRow>(session, statement, [tenantId, tenantId, tenantId, tenantId, binding]);
  });
}

/** What lies above the users of a page: each membership is read once, however many users it concerns. */
class GroupsAbove {
  readonly #containers = new Map<string, ContainerRow[]>();
  readonly #followed = new Set<string>();
  #steps = STEPS;

  /** Takes memberships in; returns the groups that are to be followed and have not been yet. */
  add(rows: readonly ContainerRow[]): readonly string[] {
    for (const row of rows) {
      const containers = this.#containers.get(row.member_id);
      if (containers === undefined) this.#containers.set(row.member_id, [row]);
      else containers.push(row);
    }
    const next = new Set(rows.filter(({ id, nested }) => nested && !this.#followed.has(id)).map(({ id }) => id));
    for (const id of next) this.#followed.add(id);
    return [...next];
  }

  /** A group may be reached directly and through another one: direct wins. */
  groupsOf(userId: string): readonly GroupOfUser[] {
    const direct = this.#containers.get(userId) ?? [];
    const reached = new Map(direct.map((row) => [row.id, toGroup(row, 'direct')]));
    // A map is walked in the order of insertion, what is added on the way included.
    for (const id of reached.keys()) {
      for (const row of this.#containers.get(id) ?? []) {
        this.#steps -= 1;
        if (this.#steps >= 0 && !reached.has(row.id)) reached.set(row.id, toGroup(row, 'indirect'));
      }
      if (this.#steps < 0) break;
    }
    return [...reached.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }
}

function toGroup({ id, version, display }: ContainerRow, type: GroupOfUser['type']): GroupOfUser {
  return { id, version: Number(version), display: display ?? undefined, type };
}
