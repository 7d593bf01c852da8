import { setImmediate as letOthersRun } from 'node:timers/promises';
import { pageSize } from '../../page-size.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import { uniqueness } from '../../../protocol/scim-error.js';
import type { BulkMember, BulkResource, BulkWriter } from '../../bulk-writer.js';
import { selectRows, type Session, type Work } from '../connections/database.js';
import { isUniqueViolation } from '../connections/driver.js';
import { chunks, insertBound, isOneOf, wholeNumber, type NewRow } from '../statements.js';
import { KEEP } from './membership-change.js';
import { addToCount, toNewRow } from './rows.js';
import { toValueRows } from './matching-values.js';

/** How many resources one statement stores. */
const PIECE = pageSize(100);

/** How many resources are made before the database's answers are attended to. */
const SLICE = 10;

/** Writes many resources of one tenant at a time. */
export class KnexBulkWriter implements BulkWriter {
  readonly #tenantId: string;
  readonly #unit: (work: Work<void>) => Promise<void>;

  /** @param unit runs work in a transaction of the tenant */
  constructor(tenantId: string, unit: (work: Work<void>) => Promise<void>) {
    this.#tenantId = tenantId;
    this.#unit = unit;
  }

  async addResources(resources: Iterable<BulkResource>): Promise<void> {
    try {
      await this.#unit((session) => this.#insert(session, resources));
    } catch (error) {
      throw isUniqueViolation(error) ? uniqueness(TAKEN) : error;
    }
  }

  addMembers(groupId: string, members: readonly BulkMember[]): Promise<void> {
    return this.#unit(async (session) => {
      const group = { id: groupId, version: await this.#nextVersion(session, groupId) };
      for (const piece of chunks(members)) await this.#join(session, group, piece);
    });
  }

  async #join(
    session: Session,
    group: { readonly id: string; readonly version: number },
    members: readonly BulkMember[],
  ): Promise<void> {
    const { sql, binding } = isOneOf(
      session.dialect,
      'r.id',
      members.map(({ id }) => id),
    );
    const joined = await selectRows(
      session,
      `insert into memberships (tenant_id, group_id, member_id, member_type, display, version)
       select r.tenant_id, ?, r.id, r.type, r.display, ${wholeNumber(group.version)}
       from resources r where r.tenant_id = ? and ${sql} order by r.id ${KEEP[session.dialect]} returning member_id`,
      [group.id, this.#tenantId, binding],
    );
    if (joined.length < members.length) throw new Error(`Some of the members of ${group.id} do not exist`);
  }

  finish(): Promise<void> {
    return this.#unit(async ({ dialect, knex }) => {
      if (dialect === 'postgres') await knex.raw('analyze resources, attribute_values, memberships');
    });
  }

  /** Memberships have the version that the group comes to by them, although here it does not. */
  async #nextVersion(session: Session, groupId: string): Promise<number> {
    const sql = 'select version from resources where tenant_id = ? and id = ?';
    const [group] = await selectRows<{ version: number | string }>(session, sql, [this.#tenantId, groupId]);
    return Number(group?.version ?? 0) + 1;
  }

  /** One piece is made while the one before is being written. */
  async #insert(session: Session, resources: Iterable<BulkResource>): Promise<void> {
    const counts = new Map<ResourceTypeName, number>();
    const pieces = this.#pieces(resources[Symbol.iterator]());
    let making = pieces.next();
    for (let piece = await making; piece.done !== true; piece = await making) {
      making = pieces.next();
      // It is awaited in the next turn, unless this one fails.
      making.catch(() => undefined);
      await insertBound(session, 'resources', piece.value.rows);
      await insertBound(session, 'attribute_values', piece.value.values);
      for (const type of piece.value.types) counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    for (const [type, count] of counts) await addToCount(session, this.#tenantId, type, count);
  }

  async *#pieces(resources: Iterator<BulkResource>): AsyncGenerator<Piece, void> {
    for (let piece = newPiece(), next = resources.next(); ; next = resources.next()) {
      if (next.done === true || piece.rows.length === PIECE.items) {
        if (piece.rows.length > 0) yield piece;
        if (next.done === true) return;
        piece = newPiece();
      }
      const { id, type, content } = next.value;
      piece.types.push(type);
      piece.rows.push(toNewRow(this.#tenantId, next.value));
      piece.values.push(...toValueRows({ tenantId: this.#tenantId, type, id }, content.matchingValues));
      if (piece.rows.length % SLICE === 0) await letOthersRun();
    }
  }
}

/** Resources as rows. */
interface Piece {
  readonly types: ResourceTypeName[];
  readonly rows: NewRow[];
  readonly values: NewRow[];
}

const newPiece = (): Piece => ({ types: [], rows: [], values: [] });

const TAKEN =
  'One of the resources has a name, or a value that must be unique, that another resource of the tenant has. Nothing of them was stored; delete the others, or choose another tenant.';
