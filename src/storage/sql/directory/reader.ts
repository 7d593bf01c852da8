import type { ListQuery, Page } from '../../../model/list.js';
import type { GroupOfUser, Member } from '../../../model/membership.js';
import type { StoredResource } from '../../../model/resource.js';
import type { TokenProof } from '../../../model/token.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { DirectoryReader } from '../../storage.js';
import { hotRows, selectRows, type Reads, type Work } from '../connections/database.js';
import type { Dialect } from '../connections/driver.js';
import type { Origin } from '../query/membership-scopes.js';
import type { PlanCache } from '../query/plan-cache.js';
import { idList, wholeNumber } from '../statements.js';
import { proving } from '../tenants/stamp.js';
import { findResources } from './find-resources.js';
import { groupsOfUsers } from './groups-of-users.js';
import { listResources, type ListReads } from './list-resources.js';
import { THIS } from './rows.js';

/** Members as three arrays of JSON: one row is read in a fraction of the time that a row for each member takes. */
interface MembersRow {
  readonly ids: string | null;
  readonly displays: string | null;
  /** Those of the ids that are groups. */
  readonly groups: string | null;
}

/** An array as text; a filter may follow in between. */
function arrayOf(dialect: Dialect, value: string, filter = ''): string {
  return dialect === 'sqlite' ? `json_group_array(${value})${filter}` : `cast(json_agg(${value})${filter} as text)`;
}

/** Reads of one tenant's staging directory. */
export class KnexDirectoryReader implements DirectoryReader {
  protected readonly origin: Origin;
  readonly #dialect: Dialect;
  readonly #reads: Reads;
  readonly #plans: PlanCache;
  readonly #proof: TokenProof | undefined;

  constructor(origin: Origin, { dialect, reads, plans, proof }: ListReads) {
    this.#proof = proof;
    this.origin = origin;
    this.#plans = plans;
    this.#dialect = dialect;
    this.#reads = reads;
  }

  protected get tenantId(): string {
    return this.origin.tenantId;
  }

  async find(type: ResourceTypeName, id: string, withGroups = false): Promise<StoredResource | undefined> {
    const finding = {
      where: THIS[type],
      bindings: [this.tenantId, id],
      withGroups,
      proof: this.#unproven(),
    };
    const [found] = await this.#reads.lookup((session) => findResources(session, finding, 1), this.tenantId);
    return found;
  }

  #unproven(): TokenProof | undefined {
    return this.#proof?.isProven === false ? this.#proof : undefined;
  }

  #lookUp<T>(work: Work<T>): Promise<T> {
    return this.#reads.lookup(proving(work, this.#unproven()), this.tenantId);
  }

  list(query: ListQuery): Promise<Page> {
    const through = { reads: this.#reads, dialect: this.#dialect, plans: this.#plans, proof: this.#unproven() };
    return listResources(through, this.origin, query);
  }

  async members(groupId: string, after: string | undefined, limit: number): Promise<readonly Member[]> {
    const array = (value: string, filter?: string): string => arrayOf(this.#dialect, value, filter);
    const sql = `select ${array('p.member_id')} as ids, ${array('p.display')} as displays,
        ${array('p.member_id', " filter (where p.member_type = 'Group')")} as groups
      from (select m.member_id, m.member_type, m.display from memberships m
        where m.tenant_id = ? and m.group_id = ? and m.member_id > ? order by m.member_id limit ${wholeNumber(limit)}) p`;
    const [row] = await this.#lookUp((session) =>
      hotRows<MembersRow>(session, sql, [this.tenantId, groupId, after ?? '']),
    );
    return row === undefined ? [] : toMembers(row);
  }

  groupsOf(userIds: readonly string[]): Promise<ReadonlyMap<string, readonly GroupOfUser[]>> {
    return groupsOfUsers((work) => this.#lookUp(work), this.tenantId, userIds);
  }

  async countWith(type: ResourceTypeName, urn: string): Promise<number> {
    const row = await this.#lookUp(({ knex }) =>
      knex('attribute_values')
        .where({ tenant_id: this.tenantId, type, attribute: urn, value: '' })
        .count<{ count: number | string }[]>({ count: '*' })
        .first(),
    );
    return Number(row?.count ?? 0);
  }

  async displayNames(userIds: readonly string[]): Promise<ReadonlyMap<string, string | undefined>> {
    if (userIds.length === 0) return new Map();
    const ids = idList(this.#dialect, userIds);
    const sql = `select id, display from resources
      where tenant_id = ? and type = 'User' and id in (${ids.sql})`;
    const rows = await this.#lookUp((session) =>
      selectRows<{ id: string; display: string | null }>(session, sql, [this.tenantId, ids.binding]),
    );
    return new Map(rows.map(({ id, display }) => [id, display ?? undefined]));
  }
}

function toMembers({ ids, displays, groups }: MembersRow): readonly Member[] {
  const names = JSON.parse(displays ?? '[]') as readonly (string | null)[];
  const ofGroups = new Set(JSON.parse(groups ?? '[]') as readonly string[]);
  return (JSON.parse(ids ?? '[]') as readonly string[]).map((id, index) => ({
    id,
    type: ofGroups.has(id) ? 'Group' : 'User',
    display: names[index] ?? undefined,
  }));
}
