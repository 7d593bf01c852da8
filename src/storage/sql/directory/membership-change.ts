import type { Knex } from 'knex';
import { invalidValue } from '../../../protocol/scim-error.js';
import type { FilterNode } from '../../../protocol/filter/tree.js';
import type { MembershipStep } from '../../../protocol/membership.js';
import type { MembershipOutcome } from '../../storage.js';
import { selectRows, type Session } from '../connections/database.js';
import { memberFilterToSql } from '../query/filter-to-sql.js';
import type { Origin } from '../query/membership-scopes.js';
import { chunks, idList, type IdList } from '../statements.js';

/** How many unknown ids an outcome names. */
const NAMED = 10;

type Delta = Extract<MembershipStep, { kind: 'delta' }>;

interface MemberRow {
  readonly member_id: string;
}

/**
 * Applies the steps to a group's memberships by set statements, which never read a member that no step names.
 * @throws ScimError 400 `invalidValue` when a step would make the group a member of itself.
 */
export async function changeMembers(
  session: Session,
  origin: Origin,
  groupId: string,
  steps: readonly MembershipStep[],
): Promise<MembershipOutcome> {
  const group = new GroupMembers(session, origin, groupId);
  for (const step of steps) {
    const unknown = step.kind === 'delta' ? await group.apply(step) : await group.removeWhere(step.condition);
    if (unknown.length > 0) return { kind: 'unknownMembers', ids: unknown.slice(0, NAMED) };
  }
  return { kind: 'done', changed: group.changed };
}

/** A group's members within one unit of work, and the difference that it has made to them. */
class GroupMembers {
  readonly #session: Session;
  readonly #origin: Origin;
  readonly #groupId: string;
  readonly #added = new Set<string>();
  readonly #removed = new Set<string>();

  constructor(session: Session, origin: Origin, groupId: string) {
    this.#session = session;
    this.#origin = origin;
    this.#groupId = groupId;
  }

  /** Whether the group has other members than before; what one step adds and another removes is no change. */
  get changed(): boolean {
    return this.#added.size > 0 || this.#removed.size > 0;
  }

  /** Returns the ids to add that name no resource. */
  async apply({ clear, add, remove }: Delta): Promise<readonly string[]> {
    if (add.includes(this.#groupId)) throw invalidValue('A group cannot be a member of itself; leave its own id out.');
    if (clear) await this.#keepOnly(add);
    for (const ids of chunks(remove)) await this.#remove(ids);
    const unknown: string[] = [];
    for (const ids of chunks(add)) unknown.push(...(await this.#add(ids)));
    return unknown;
  }

  /** Removes the members that meet a condition. */
  async removeWhere(condition: FilterNode): Promise<readonly string[]> {
    const { sql, bindings } = memberFilterToSql(condition, this.#session.dialect, this.#origin, 'memberships');
    await this.#delete(sql, bindings);
    return [];
  }

  async #add(ids: readonly string[]): Promise<readonly string[]> {
    const { sql, binding } = idList(this.#session.dialect, ids);
    const existing = await selectRows<{ id: string }>(
      this.#session,
      `select id from resources where tenant_id = ? and id in (${sql})`,
      [this.#origin.tenantId, binding],
    );
    const known = new Set(existing.map(({ id }) => id));
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length === 0) await this.#insert(sql, binding);
    return unknown;
  }

  async #insert(sql: string, binding: IdList['binding']): Promise<void> {
    const rows = await selectRows<MemberRow>(
      this.#session,
      `insert into memberships (tenant_id, group_id, member_id, member_type)
       select r.tenant_id, ?, r.id, r.type from resources r where r.tenant_id = ? and r.id in (${sql}) order by r.id
       on conflict do nothing returning member_id`,
      [this.#groupId, this.#origin.tenantId, binding],
    );
    for (const { member_id } of rows) note(member_id, this.#added, this.#removed);
  }

  #remove(ids: readonly string[]): Promise<void> {
    const { sql, binding } = idList(this.#session.dialect, ids);
    return this.#delete(`member_id in (${sql})`, [binding]);
  }

  #keepOnly(ids: readonly string[]): Promise<void> {
    const { sql, binding } = idList(this.#session.dialect, ids);
    return this.#delete(`member_id not in (${sql})`, [binding]);
  }

  async #delete(condition: string, bindings: readonly Knex.RawBinding[]): Promise<void> {
    const rows = await selectRows<MemberRow>(
      this.#session,
      `delete from memberships where tenant_id = ? and group_id = ? and ${condition} returning member_id`,
      [this.#origin.tenantId, this.#groupId, ...bindings],
    );
    for (const { member_id } of rows) note(member_id, this.#removed, this.#added);
  }
}

/** Adds a member to one of the two sets, or removes it from the other. */
function note(memberId: string, into: Set<string>, outOf: Set<string>): void {
  if (!outOf.delete(memberId)) into.add(memberId);
}
