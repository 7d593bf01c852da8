import type { ResourceContent, StoredResource } from '../../../model/resource.js';
import type { MembershipStep } from '../../../protocol/membership.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { DirectoryWriter, MembershipOutcome, StoringOutcome } from '../../storage.js';
import { selectRows, type Reads, type Session } from '../connections/database.js';
import { isUniqueViolation } from '../connections/driver.js';
import type { Origin } from '../query/membership-scopes.js';
import { PlanCache } from '../query/plan-cache.js';
import { noteMissing } from '../sync/mirror.js';
import { addMatchingValues, replaceMatchingValues } from './matching-values.js';
import { changeMembers } from './membership-change.js';
import { KnexDirectoryReader } from './reader.js';
import {
  addToCount,
  RESOURCE_COLUMNS,
  toContentColumns,
  toNewRow,
  toStoredResource,
  type ResourceRow,
} from './rows.js';

/** Reads and writes of one tenant's staging directory within one unit of work. */
export class KnexDirectoryWriter extends KnexDirectoryReader implements DirectoryWriter {
  readonly #session: Session;
  readonly #locked = new Set<string>();
  readonly #countChanges = new Map<ResourceTypeName, number>();

  constructor(origin: Origin, session: Session) {
    const reads: Reads = {
      lookup: (work) => work(session),
      walk: (_tenantId, work) => work(session),
      scan: (_tenantId, work) => work(session),
    };
    super(origin, { dialect: session.dialect, reads, plans: new PlanCache() });
    this.#session = session;
  }

  async findForUpdate(type: ResourceTypeName, id: string): Promise<StoredResource | undefined> {
    const query = this.#resource(type, id).first<ResourceRow | undefined>(RESOURCE_COLUMNS);
    // NO KEY: memberships may refer to the resource meanwhile. On SQLite nobody else writes anyway.
    const row = await (this.#session.dialect === 'postgres' ? query.forNoKeyUpdate() : query);
    if (row === undefined) return undefined;
    this.#locked.add(id);
    return toStoredResource(row);
  }

  async insert(resource: {
    id: string;
    type: ResourceTypeName;
    at: string;
    content: ResourceContent;
  }): Promise<StoringOutcome> {
    const { id, type, content } = resource;
    const row = toNewRow(this.tenantId, resource);
    const inserted = await this.#session.knex('resources').insert(row).onConflict().ignore().returning('id');
    if (inserted.length === 0) return 'conflict';
    this.#locked.add(id);
    this.#count(type, 1);
    return addMatchingValues(this.#session, { tenantId: this.tenantId, type, id }, content.matchingValues);
  }

  async update(type: ResourceTypeName, id: string, at: string, content: ResourceContent): Promise<StoringOutcome> {
    try {
      await this.#replace(type, id, at, content);
    } catch (error) {
      if (isUniqueViolation(error)) return 'conflict';
      throw error;
    }
    return replaceMatchingValues(this.#session, { tenantId: this.tenantId, type, id }, content.matchingValues);
  }

  async restate(
    type: ResourceTypeName,
    id: string,
    at: string | undefined,
    { document, search, matchingValues }: ResourceContent,
  ): Promise<Exclude<StoringOutcome, 'conflict'>> {
    const columns = { document, search: JSON.stringify(search) };
    const changed = at === undefined ? {} : { version: this.#nextVersion(), last_modified: at };
    if ((await this.#resource(type, id).update({ ...columns, ...changed })) !== 1) throw missing(type, id);
    return replaceMatchingValues(this.#session, { tenantId: this.tenantId, type, id }, matchingValues);
  }

  async touch(type: ResourceTypeName, id: string, at: string): Promise<number> {
    const rows = await this.#resource(type, id)
      .update({ version: this.#nextVersion(), last_modified: at })
      .returning<{ version: number | string }[]>('version');
    if (rows[0] === undefined) throw missing(type, id);
    return Number(rows[0].version);
  }

  async changeMembers(groupId: string, steps: readonly MembershipStep[]): Promise<MembershipOutcome> {
    if (!(await this.#lock('Group', groupId))) throw missing('Group', groupId);
    return changeMembers(this.#session, this.origin, groupId, steps);
  }

  async remove(type: ResourceTypeName, id: string, at: string): Promise<boolean> {
    if (!(await this.#lock(type, id))) return false;
    await this.#leaveGroups(id, at);
    if (type === 'Group')
      await this.#session.knex('memberships').where({ tenant_id: this.tenantId, group_id: id }).del();
    const removed = await this.#resource(type, id).del();
    await noteMissing(this.#session, this.tenantId, type, id, at);
    this.#count(type, -removed);
    return removed > 0;
  }

  /** Notes how many resources the unit of work added; last, since units of a tenant wait for each other here. */
  async finish(): Promise<void> {
    for (const [type, change] of this.#countChanges) {
      if (change !== 0) await addToCount(this.#session, this.tenantId, type, change);
    }
  }

  /** Keeps other units of work from changing a resource; false if there is none. */
  async #lock(type: ResourceTypeName, id: string): Promise<boolean> {
    return this.#locked.has(id) || (await this.findForUpdate(type, id)) !== undefined;
  }

  /** A savepoint: after a failed statement, PostgreSQL can continue a transaction only from there. SQLite reverts only the statement. */
  async #replace(type: ResourceTypeName, id: string, at: string, content: ResourceContent): Promise<void> {
    const columns = { ...toContentColumns(content), version: this.#nextVersion(), last_modified: at };
    const change = this.#resource(type, id).update(columns);
    const changed =
      this.#session.dialect === 'postgres'
        ? await this.#session.knex.transaction((savepoint) => change.transacting(savepoint))
        : await change;
    if (changed !== 1) throw missing(type, id);
  }

  async #leaveGroups(id: string, at: string): Promise<void> {
    const groups = 'select group_id from memberships where tenant_id = ? and member_id = ?';
    if (this.#session.dialect === 'postgres') await this.#lockInOrder(groups, id);
    await this.#session.knex.raw(
      `update resources set version = version + 1, last_modified = ? where tenant_id = ? and id in (${groups})`,
      [at, this.tenantId, this.tenantId, id],
    );
    await this.#session.knex('memberships').where({ tenant_id: this.tenantId, member_id: id }).del();
  }

  /** Locks groups in the order of their ids, so that two deletions do not wait for each other in a circle. */
  async #lockInOrder(groups: string, id: string): Promise<void> {
    await selectRows(
      this.#session,
      `select count(*) from (select id from resources where tenant_id = ? and id in (${groups}) order by id for no key update) locked`,
      [this.tenantId, this.tenantId, id],
    );
  }

  #resource(type: ResourceTypeName, id: string) {
    return this.#session.knex('resources').where({ tenant_id: this.tenantId, id, type });
  }

  #nextVersion() {
    return this.#session.knex.raw('version + 1');
  }

  #count(type: ResourceTypeName, change: number): void {
    this.#countChanges.set(type, (this.#countChanges.get(type) ?? 0) + change);
  }
}

/** A resource that a unit of work changes without having found it. */
function missing(type: ResourceTypeName, id: string): Error {
  return new Error(`There is no ${type} ${id} to change`);
}
