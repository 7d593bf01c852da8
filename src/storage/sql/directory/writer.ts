import type { ResourceContent, StoredResource } from '../../../model/resource.js';
import type { TokenProof } from '../../../model/token.js';
import type { MembershipStep } from '../../../protocol/membership.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { DirectoryWriter, MembershipOutcome, StoringOutcome } from '../../storage.js';
import { hotRows, selectRows, type Reads, type Session } from '../connections/database.js';
import { isUniqueViolation } from '../connections/driver.js';
import type { Bound } from '../connections/statements/watch.js';
import type { NewRow } from '../statements.js';
import type { Origin } from '../query/membership-scopes.js';
import { PlanCache } from '../query/plan-cache.js';
import { noteMissing } from '../sync/mirror.js';
import { prove, ProvingSession, STAMP, take } from '../tenants/stamp.js';
import { findToChange, type ToChange } from './find-resources.js';
import { addMatchingValues, matchingValuesOf, replaceMatchingValues, toMatchingValues } from './matching-values.js';
import { changeMembers } from './membership-change.js';
import { KnexDirectoryReader } from './reader.js';
import { addToCount, OF_TYPE, SELECTED, THIS, toContentColumns, toNewRow, toStoredResource } from './rows.js';
import type { ResourceRow } from './rows.js';

/** Reads and writes of one tenant's staging directory within one unit of work. */
export class KnexDirectoryWriter extends KnexDirectoryReader implements DirectoryWriter {
  readonly #session: Session;
  /** The resources that the unit of work keeps others from changing, as it knows them. */
  readonly #locked = new Map<string, Known>();
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

  async findForUpdate(type: ResourceTypeName, id: string, withGroups = false): Promise<StoredResource | undefined> {
    const isAlone = this.#session.dialect === 'sqlite';
    const found = await (isAlone ? this.#findAlone(type, id, withGroups) : this.#findAndLock(type, id));
    if (found === undefined) return undefined;
    this.#locked.set(id, { display: found.display, values: found.values });
    return found.stored;
  }

  /** What the next statement has to prove of the token, where nothing has proven it before. */
  #unprovenYet(): TokenProof | undefined {
    return this.#session instanceof ProvingSession ? this.#session.takeOver() : undefined;
  }

  /** On SQLite nobody else writes. */
  #findAlone(type: ResourceTypeName, id: string, withGroups: boolean): Promise<ToChange | undefined> {
    const proof = this.#unprovenYet();
    const bindings = [this.tenantId, id];
    return findToChange(this.#session, type, { where: THIS[type], bindings, withGroups, proof });
  }

  /** NO KEY: memberships may refer to the resource meanwhile. */
  async #findAndLock(type: ResourceTypeName, id: string): Promise<ToChange | undefined> {
    type Row = ResourceRow & Pick<ToChange, 'display'> & { readonly stamp: string | null };
    const proof = this.#unprovenYet();
    const key = [this.tenantId, id];
    const [row] = await (proof === undefined
      ? hotRows<Row>(this.#session, SELECT_FOR_UPDATE[type], key)
      : hotRows<Row>(this.#session, PROVE_AND_SELECT[type], [proof.tokenId, ...key]));
    if (proof !== undefined) {
      if (row === undefined) await prove(this.#session, proof);
      else take(proof, row);
    }
    return row && { stored: toStoredResource(row), display: row.display, values: undefined };
  }

  async insert(resource: {
    id: string;
    type: ResourceTypeName;
    at: string;
    content: ResourceContent;
  }): Promise<StoringOutcome> {
    const { id, type, content } = resource;
    if (!(await this.#insertRow(toNewRow(this.tenantId, resource)))) return 'conflict';
    this.#locked.set(id, { display: content.display ?? null, values: content.matchingValues });
    this.#count(type, 1);
    return addMatchingValues(this.#session, { tenantId: this.tenantId, type, id }, content.matchingValues);
  }

  /** False where another resource has the name. On SQLite the statement proves the token as well, as #findAlone does. */
  async #insertRow(row: NewRow): Promise<boolean> {
    const bindings = Object.values(row) as Bound[];
    const session = this.#session;
    const proof = session.dialect === 'sqlite' ? this.#unprovenYet() : undefined;
    if (proof === undefined) {
      return (await hotRows(session, insertOne(Object.keys(row), false), bindings)).length > 0;
    }
    const proven = [...bindings, proof.tokenId, proof.stamp];
    const isInserted = (await hotRows(session, insertOne(Object.keys(row), true), proven)).length > 0;
    if (isInserted) proof.take(proof.stamp);
    else await prove(session, proof);
    return isInserted;
  }

  async update(type: ResourceTypeName, id: string, at: string, content: ResourceContent): Promise<StoringOutcome> {
    const known = this.#locked.get(id);
    let replaced: Replaced | undefined;
    try {
      replaced = await this.#replace(type, id, at, content);
    } catch (error) {
      if (isUniqueViolation(error)) return 'conflict';
      throw error;
    }
    if (replaced === undefined) return 'conflict';
    // What a statement reads that waited for the resource may be older than what it changes.
    const { matching } = known === undefined ? {} : replaced;
    const values = known?.values ?? (matching === undefined ? undefined : toMatchingValues(matching));
    this.#locked.set(id, { display: content.display ?? null, values: content.matchingValues });
    if (known?.display !== (content.display ?? null)) await this.#tellGroups(id, content.display ?? null);
    const owner = { tenantId: this.tenantId, type, id };
    return replaceMatchingValues(this.#session, owner, content.matchingValues, values);
  }

  async restate(
    type: ResourceTypeName,
    id: string,
    at: string | undefined,
    { document, search, matchingValues }: ResourceContent,
  ): Promise<Exclude<StoringOutcome, 'conflict'>> {
    const changed = at === undefined ? '' : ', version = version + 1, last_modified = ?';
    const rows = await selectRows(
      this.#session,
      `update resources set document = ?, search = ?${changed} ${THE_RESOURCE[type]}`,
      [...[document, JSON.stringify(search)], ...(at === undefined ? [] : [at]), ...[this.tenantId, id]],
    );
    if (rows.length !== 1) throw missing(type, id);
    const known = this.#locked.get(id);
    if (known !== undefined) this.#locked.set(id, { ...known, values: matchingValues });
    return replaceMatchingValues(this.#session, { tenantId: this.tenantId, type, id }, matchingValues, known?.values);
  }

  async touch(type: ResourceTypeName, id: string, at: string): Promise<number> {
    const bindings = [at, this.tenantId, id];
    const rows = await hotRows<{ version: number | string }>(this.#session, TOUCH[type], bindings);
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
    if (type === 'Group') await hotRows(this.#session, EMPTY_GROUP, [this.tenantId, id]);
    const removed = await hotRows(this.#session, `delete from resources ${THE_RESOURCE[type]}`, [this.tenantId, id]);
    await noteMissing(this.#session, this.tenantId, type, id, at);
    this.#count(type, -removed.length);
    return removed.length > 0;
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

  /**
   * Undefined where another resource has the name. PostgreSQL could not continue the transaction after a statement that failed,
   * so there the statement looks first; the index has the last word where another unit of work was faster, which ends this one.
   */
  async #replace(
    type: ResourceTypeName,
    id: string,
    at: string,
    content: ResourceContent,
  ): Promise<Replaced | undefined> {
    const columns = toContentColumns(content);
    const key = [this.tenantId, id];
    const set = Object.keys(columns).map((column) => `${column} = ?`);
    const update = `update resources set ${set.join(', ')}, version = version + 1, last_modified = ?`;
    const bindings = [...Object.values(columns), at, ...key];
    const name = columns[NAME[type]] ?? null;
    const looks = this.#session.dialect === 'postgres' && name !== null;
    const changed = looks
      ? await hotRows<Replaced>(this.#session, `${update} ${UNLESS_TAKEN[type]}`, [
          ...bindings,
          this.tenantId,
          name,
          id,
        ])
      : await hotRows<Replaced>(this.#session, `${update} ${THE_RESOURCE[type]}`, bindings);
    if (changed[0] !== undefined) return changed[0];
    if (looks && (await hotRows(this.#session, `select r.id from resources r where ${THIS[type]}`, key)).length === 1)
      return undefined;
    throw missing(type, id);
  }

  /** Has the groups of a resource show what it is called from now on. */
  async #tellGroups(id: string, display: string | null): Promise<void> {
    const shown = await hotRows(this.#session, SHOW, [display, this.tenantId, id]);
    if (shown.length === 0) return;
    await this.#lockGroupsOf(id);
    const tell = `update resources set members_version = members_version + 1 where tenant_id = ? and id in (${GROUPS_OF})`;
    await hotRows(this.#session, tell, [this.tenantId, this.tenantId, id]);
  }

  async #leaveGroups(id: string, at: string): Promise<void> {
    await this.#lockGroupsOf(id);
    await hotRows(
      this.#session,
      `update resources set version = version + 1, last_modified = ? where tenant_id = ? and id in (${GROUPS_OF})`,
      [at, this.tenantId, this.tenantId, id],
    );
    await hotRows(this.#session, 'delete from memberships where tenant_id = ? and member_id = ?', [this.tenantId, id]);
  }

  /** Locks groups in the order of their ids, so that two units of work do not wait for each other in a circle. */
  async #lockGroupsOf(id: string): Promise<void> {
    if (this.#session.dialect === 'sqlite') return;
    await selectRows(
      this.#session,
      `select count(*) from (select id from resources where tenant_id = ? and id in (${GROUPS_OF}) order by id for no key update) locked`,
      [this.tenantId, this.tenantId, id],
    );
  }

  #count(type: ResourceTypeName, change: number): void {
    this.#countChanges.set(type, (this.#countChanges.get(type) ?? 0) + change);
  }
}

/** What a resource had when it was changed. */
interface Replaced {
  /** The values it is matched on, as JSON, on PostgreSQL. */
  readonly matching?: string | null;
}

type Known = Pick<ToChange, 'display' | 'values'>;

/** A statement for each type, which is part of its text. */
const forTypes = (statement: (type: ResourceTypeName) => string): Readonly<Record<ResourceTypeName, string>> => ({
  User: statement('User'),
  Group: statement('Group'),
});

const AND_LOCK = forTypes((type) => `r.display, ${SELECTED} from resources r where ${THIS[type]} for no key update`);
const SELECT_FOR_UPDATE = forTypes((type) => `select ${AND_LOCK[type]}`);
const PROVE_AND_SELECT = forTypes((type) => `select ${STAMP} as stamp, ${AND_LOCK[type]}`);
const GROUPS_OF = 'select group_id from memberships where tenant_id = ? and member_id = ?';
const SHOW = 'update memberships set display = ? where tenant_id = ? and member_id = ? returning group_id';
const THE_RESOURCE = forTypes((type) => `where tenant_id = ? and id = ? and ${OF_TYPE[type]} returning id`);
const TOUCH = forTypes(
  (type) => `update resources set version = version + 1, last_modified = ?
  where tenant_id = ? and id = ? and ${OF_TYPE[type]} returning version`,
);
const EMPTY_GROUP = 'delete from memberships where tenant_id = ? and group_id = ?';

/** The column whose value no two resources of a type share. */
const NAME = { User: 'user_name', Group: 'display_name' } as const;

/** The resource, unless another of its type has its name: the bindings are those of the resource, tenant, name and id. */
const UNLESS_TAKEN = forTypes(
  (type) => `where tenant_id = ? and id = ? and ${OF_TYPE[type]} and not exists (select 1 from resources o
    where o.tenant_id = ? and o.${OF_TYPE[type]} and o.${NAME[type]} = ? and o.id <> ?)
    returning id, ${matchingValuesOf('postgres', 'resources')} as matching`,
);

/** @param proving whether a token's id and stamp are bound last, without which nothing is inserted */
function insertOne(columns: readonly string[], proving: boolean): string {
  const places = columns.map(() => '?').join(', ');
  const source = proving ? `select ${places} where ${STAMP} = ?` : `values (${places})`;
  return `insert into resources (${columns.join(', ')}) ${source} on conflict do nothing returning id`;
}

/** A resource that a unit of work changes without having found it. */
function missing(type: ResourceTypeName, id: string): Error {
  return new Error(`There is no ${type} ${id} to change`);
}
