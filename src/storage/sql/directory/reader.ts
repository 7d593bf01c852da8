import type { ListQuery, Page } from '../../../model/list.js';
import type { GroupOfUser, Member } from '../../../model/membership.js';
import type { StoredResource } from '../../../model/resource.js';
import type { TokenProof } from '../../../model/token.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { DirectoryReader } from '../../storage.js';
import { selectRows, type Reads, type Work } from '../connections/database.js';
import type { Dialect } from '../connections/driver.js';
import type { Origin } from '../query/membership-scopes.js';
import type { PlanCache } from '../query/plan-cache.js';
import { idList, wholeNumber } from '../statements.js';
import { proving } from '../tenants/stamp.js';
import { findResources } from './find-resources.js';
import { groupsOfUsers } from './groups-of-users.js';
import { listResources, type ListReads } from './list-resources.js';
import { toResourceType } from './rows.js';

interface MemberRow {
  readonly member_id: string;
  readonly member_type: string;
  readonly display: string | null;
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
      tenantId: this.tenantId,
      where: 'r.tenant_id = ? and r.id = ? and r.type = ?',
      bindings: [this.tenantId, id, type],
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
    const sql = `select m.member_id, m.member_type, r.display from memberships m
      join resources r on r.tenant_id = m.tenant_id and r.id = m.member_id
      where m.tenant_id = ? and m.group_id = ? and m.member_id > ? order by m.member_id limit ${wholeNumber(limit)}`;
    const rows = await this.#lookUp((session) =>
      selectRows<MemberRow>(session, sql, [this.tenantId, groupId, after ?? '']),
    );
    return rows.map((row) => ({
      id: row.member_id,
      type: toResourceType(row.member_type),
      display: row.display ?? undefined,
    }));
  }

  async memberVersions(groupId: string): Promise<number> {
    const sql = `select sum(r.version) as total from memberships m
      join resources r on r.tenant_id = m.tenant_id and r.id = m.member_id where m.tenant_id = ? and m.group_id = ?`;
    const [row] = await this.#lookUp((session) =>
      selectRows<{ total: number | string | null }>(session, sql, [this.tenantId, groupId]),
    );
    return Number(row?.total ?? 0);
  }

  groupsOf(userIds: readonly string[]): Promise<ReadonlyMap<string, readonly GroupOfUser[]>> {
    return this.#lookUp((session) => groupsOfUsers(session, this.tenantId, userIds));
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
