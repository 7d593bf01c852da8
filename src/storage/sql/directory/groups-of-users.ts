import type { GroupOfUser } from '../../../model/membership.js';
import { selectRows, type Session } from '../connections/database.js';
import { idList } from '../statements.js';

interface GroupRow {
  readonly user_id: string;
  readonly id: string;
  readonly version: number | string;
  readonly display: string | null;
  readonly direct: number;
}

/**
 * Walks up from the users; UNION drops what was visited before, so that groups that contain each other end the walk.
 * A group may be reached directly and through another one: direct wins. Left to themselves, the databases read all
 * memberships and resources of the tenant for the few that were reached: SQLite keeps the order of a CROSS JOIN, and both
 * look up what is asked for in a subquery.
 */
const groupsAbove = (users: string): string => `
  with recursive above (user_id, group_id, direct) as (
    select m.member_id, m.group_id, 1 from memberships m where m.tenant_id = ? and m.member_id in (${users})
    union
    select a.user_id, m.group_id, 0 from above a cross join memberships m where m.tenant_id = ? and m.member_id = a.group_id
  )
  select reached.user_id, reached.group_id as id, reached.direct,
    (select r.version from resources r where r.tenant_id = ? and r.id = reached.group_id) as version,
    (select r.display from resources r where r.tenant_id = ? and r.id = reached.group_id) as display
  from (select user_id, group_id, max(direct) as direct from above group by user_id, group_id) reached
  order by reached.user_id, reached.group_id`;

/** The groups of each of these users, direct and through nested groups, in the order of their ids. */
export async function groupsOfUsers(
  session: Session,
  tenantId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupOfUser[]>> {
  const groups = new Map<string, GroupOfUser[]>(userIds.map((id) => [id, []]));
  if (userIds.length === 0) return groups;
  const { sql, binding } = idList(session.dialect, userIds);
  for (const row of await selectRows<GroupRow>(session, groupsAbove(sql), [
    tenantId,
    binding,
    tenantId,
    tenantId,
    tenantId,
  ])) {
    groups.get(row.user_id)?.push({
      id: row.id,
      version: Number(row.version),
      display: row.display ?? undefined,
      type: row.direct === 1 ? 'direct' : 'indirect',
    });
  }
  return groups;
}
