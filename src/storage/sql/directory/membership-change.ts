import type { Knex } from 'knex';
import type { FilterNode } from '../../../protocol/filter/tree.js';
import { NAMED_MEMBERS, severalRequests, type MembershipStep } from '../../../protocol/membership.js';
import { invalidValue, tooMany } from '../../../protocol/scim-error.js';
import type { MembershipOutcome } from '../../storage.js';
import { hotRows, selectRows, type Session } from '../connections/database.js';
import type { Dialect } from '../connections/driver.js';
import { memberFilterToSql } from '../query/filter-to-sql.js';
import type { Origin } from '../query/membership-scopes.js';
import { chunks, idList, isOneOf, wholeNumber } from '../statements.js';

/**
 * How many comparisons the filters of one request may make with members: each term of a filter counts once for every member
 * that the group has or is given, unless the filter names the one member that it can match.
 */
const COMPARISONS = 100_000;

/** How many unknown ids an outcome names. */
const NAMED = 10;

type Delta = Extract<MembershipStep, { kind: 'delta' }>;

interface MemberRow {
  readonly member_id: string;
}

/**
 * Applies the steps to a group's memberships by set statements, which never read a member that no step names.
 * @throws ScimError 400 `invalidValue` when a step would make the group a member of itself, `tooMany` when the steps name or
 * compare more members than one request may.
 */
export async function changeMembers(
  session: Session,
  origin: Origin,
  groupId: string,
  steps: readonly MembershipStep[],
): Promise<MembershipOutcome> {
  const deltas = steps.filter((step) => step.kind === 'delta');
  const named = deltas.reduce((sum, { add, remove }) => sum + add.length + remove.length, 0);
  if (named > NAMED_MEMBERS) throw severalRequests();
  const group = new GroupMembers(session, origin, groupId);
  const conditions = steps.flatMap((step) => (step.kind === 'removeWhere' ? [step.condition] : []));
  await group.checkComparisons(
    conditions,
    deltas.reduce((sum, { add }) => sum + add.length, 0),
  );
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

  /**
   * Before anything is compared: what is refused in the end would have held up everybody who writes.
   * @param added how many members the request adds
   * @throws ScimError 400 `tooMany` where the group has too many members to be compared with all of the conditions
   */
  async checkComparisons(conditions: readonly FilterNode[], added: number): Promise<void> {
    const terms = conditions.reduce((sum, one) => sum + (namesOneMember(one) ? 0 : termsIn(one)), 0);
    if (terms === 0) return;
    const most = Math.floor(COMPARISONS / terms) - added;
    if (most < 0 || (await this.#countUpTo(most + 1)) > most) throw tooMany(NAME_MEMBERS);
  }

  async #countUpTo(most: number): Promise<number> {
    const [row] = await selectRows<{ members: number | string }>(
      this.#session,
      `select count(*) as members from
         (select 1 from memberships where tenant_id = ? and group_id = ? limit ${wholeNumber(most)}) counted`,
      [this.#origin.tenantId, this.#groupId],
    );
    return Number(row?.members ?? 0);
  }

  /** Adds first, and looks for ids that name no resource only where not all are new members. */
  async #add(ids: readonly string[]): Promise<readonly string[]> {
    const { sql, binding } = isOneOf(this.#session.dialect, 'r.id', ids);
    const rows = await hotRows<MemberRow>(
      this.#session,
      `insert into memberships (tenant_id, group_id, member_id, member_type, display, version)
       select r.tenant_id, ?, r.id, r.type, r.display,
         (select g.version + 1 from resources g where g.tenant_id = ? and g.id = ?)
       from resources r where r.tenant_id = ? and ${sql} order by r.id ${KEEP[this.#session.dialect]}
       on conflict do nothing returning member_id`,
      [this.#groupId, this.#origin.tenantId, this.#groupId, this.#origin.tenantId, binding],
    );
    for (const { member_id } of rows) note(member_id, this.#added, this.#removed);
    return rows.length === ids.length ? [] : this.#unknownOf(ids);
  }

  async #unknownOf(ids: readonly string[]): Promise<readonly string[]> {
    const { sql, binding } = isOneOf(this.#session.dialect, 'r.id', ids);
    // In the order of an index that both databases then look the ids up in.
    const existing = await hotRows<{ id: string }>(
      this.#session,
      `select r.id from resources r where r.tenant_id = ? and ${sql} order by r.id`,
      [this.#origin.tenantId, binding],
    );
    const known = new Set(existing.map(({ id }) => id));
    return ids.filter((id) => !known.has(id));
  }

  #remove(ids: readonly string[]): Promise<void> {
    const { sql, binding } = isOneOf(this.#session.dialect, 'member_id', ids);
    return this.#delete(sql, [binding]);
  }

  #keepOnly(ids: readonly string[]): Promise<void> {
    const { sql, binding } = idList(this.#session.dialect, ids);
    return this.#delete(`member_id not in (${sql})`, [binding]);
  }

  async #delete(condition: string, bindings: readonly Knex.RawBinding[]): Promise<void> {
    const rows = await hotRows<MemberRow>(
      this.#session,
      `delete from memberships where tenant_id = ? and group_id = ? and ${condition} returning member_id`,
      [this.#origin.tenantId, this.#groupId, ...bindings],
    );
    for (const { member_id } of rows) note(member_id, this.#removed, this.#added);
  }
}

/** On PostgreSQL nobody may be renamed between being read here and being found as a member there. */
export const KEEP: Readonly<Record<Dialect, string>> = { sqlite: '', postgres: 'for share of r' };

const NAME_MEMBERS =
  'The group has too many members for this filter; name the members to remove: members[value eq "…"], or their ids in "value".';

/** Whether a filter asks for `value eq "…"` whatever else it asks for, so that the index finds the one member. */
function namesOneMember(node: FilterNode): boolean {
  if (node.kind === 'and') return node.operands.some(namesOneMember);
  return node.kind === 'compare' && node.operator === 'eq' && node.target.attribute.name === 'value';
}

function termsIn(node: FilterNode): number {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.operands.reduce((sum, operand) => sum + termsIn(operand), 0);
    case 'not':
      return termsIn(node.operand);
    case 'valuePath':
      return termsIn(node.condition);
    case 'compare':
    case 'present':
    case 'unknown':
      return 1;
  }
}

/** Adds a member to one of the two sets, or removes it from the other. */
function note(memberId: string, into: Set<string>, outOf: Set<string>): void {
  if (!outOf.delete(memberId)) into.add(memberId);
}
