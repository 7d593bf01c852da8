import type { Attribute, ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import { ownSql, sql, type Sql } from './fragment.js';
import { FlatScope, type Elements, type Scalar, type Scope } from './scope.js';

/** Whose resources they are, and what their URIs begin with (no slash at the end), where that is known. */
export interface Origin {
  readonly tenantId: string;
  readonly baseUrl?: string;
}

/** The members of the group `r`. */
export function membersOfGroup(origin: Origin): Elements {
  const rows = sql`select 1 from memberships m where m.tenant_id = ${origin.tenantId} and m.group_id = r.id`;
  const any = (): Sql => sql`exists (${rows})`;
  return {
    ...{ any, present: any },
    some: (test) => sql`exists (${rows} and ${test(new MemberScope(origin, 'm'))})`,
  };
}

/** The ids of the groups that have a member. */
export function groupsWithMember({ tenantId }: Origin, memberId: string): Sql {
  return sql`select m.group_id from memberships m where m.tenant_id = ${tenantId} and m.member_id = ${memberId}`;
}

/** The groups of the user `r`, direct and through nested groups. UNION ends the walk where groups contain each other. */
export function groupsOfUser(origin: Origin): Elements {
  const any = (): Sql =>
    sql`exists (select 1 from memberships m where m.tenant_id = ${origin.tenantId} and m.member_id = r.id)`;
  return {
    ...{ any, present: any },
    some: (test) => someGroup(origin, test),
  };
}

/**
 * Whether a group is the user's directly or not is known only on the way up from each user. All other conditions choose
 * groups by themselves, and the way down from these is walked once for all users.
 */
function someGroup(origin: Origin, test: (group: Scope) => Sql): Sql {
  const chosen = new GroupScope(origin, 'g');
  const condition = test(chosen);
  return chosen.askedForType ? groupAbove(origin, test(new GroupScope(origin, 'g'))) : memberBelow(origin, condition);
}

function memberBelow({ tenantId }: Origin, condition: Sql): Sql {
  return sql`r.id in (
    with recursive below (id) as (
      select m.member_id from resources g join memberships m on m.tenant_id = ${tenantId} and m.group_id = g.id
      where g.tenant_id = ${tenantId} and g.type = 'Group' and ${condition}
      union
      select m.member_id from below b join memberships m on m.tenant_id = ${tenantId} and m.group_id = b.id
    ) select id from below)`;
}

function groupAbove({ tenantId }: Origin, condition: Sql): Sql {
  return sql`exists (
    with recursive above (id) as (
      select m.group_id from memberships m where m.tenant_id = ${tenantId} and m.member_id = r.id
      union
      select m.group_id from above a join memberships m on m.tenant_id = ${tenantId} and m.member_id = a.id
    ) select 1 from above join resources g on g.tenant_id = ${tenantId} and g.id = above.id where ${condition})`;
}

/** What stands in a row of a table. */
abstract class RowScope extends FlatScope {
  protected readonly origin: Origin;
  protected readonly row: Sql;

  /** @param alias of the table */
  constructor(origin: Origin, alias: string) {
    super();
    this.origin = origin;
    this.row = ownSql(alias);
  }
}

/** One membership, as a group shows it in `members`; the table is memberships. */
export class MemberScope extends RowScope {
  override value({ name }: Attribute): Scalar {
    switch (name) {
      case 'value':
        return { sql: sql`${this.row}.member_id`, missing: 'never' };
      case 'type':
        return { sql: sql`lower(${this.row}.member_type)`, missing: 'never' };
      case 'display':
        return displayNameOf(this.origin, sql`${this.row}.member_id`);
      case '$ref':
        return uri(this.origin, sql`${this.row}.member_type || 's/' || ${this.row}.member_id`);
      default:
        return NOTHING;
    }
  }
}

/** One group, as a user shows it in `groups`. */
class GroupScope extends RowScope {
  askedForType = false;

  override value({ name }: Attribute): Scalar {
    switch (name) {
      case 'value':
        return { sql: sql`${this.row}.id`, missing: 'never' };
      case 'display':
        return { sql: sql`${this.row}.display_name`, missing: 'column' };
      case '$ref':
        return uri(this.origin, sql`'Groups/' || ${this.row}.id`);
      case 'type':
        this.askedForType = true;
        return this.#type();
      default:
        return NOTHING;
    }
  }

  #type(): Scalar {
    const direct = sql`select 1 from memberships m
      where m.tenant_id = ${this.origin.tenantId} and m.group_id = ${this.row}.id and m.member_id = r.id`;
    return { sql: sql`(case when exists (${direct}) then 'direct' else 'indirect' end)`, missing: 'never' };
  }
}

/** The folded displayName of another resource of the tenant, of a certain type where one is given. */
export function displayNameOf({ tenantId }: Origin, id: Sql, type?: ResourceTypeName): Scalar {
  const ofType = type === undefined ? sql`` : sql` and d.type = ${type}`;
  const name = sql`(select d.display_name from resources d where d.tenant_id = ${tenantId} and d.id = ${id}${ofType})`;
  return { sql: name, missing: 'expression' };
}

/** A URI below the Tenant URL. */
export function uri({ baseUrl }: Origin, path: Sql): Scalar {
  return baseUrl === undefined ? NOTHING : { sql: sql`(cast(${`${baseUrl}/`} as text) || ${path})`, missing: 'never' };
}

const NOTHING: Scalar = { sql: sql`cast(null as text)`, missing: 'expression' };
