import type { Hold, HoldTarget } from '../../../model/hold.js';
import type { Subject } from '../../../model/subject.js';
import type { HoldReader, HoldWriter } from '../../sync-store.js';
import { insertRows, replacing } from '../statements.js';
import type { TenantReads, TenantSession } from './tenant-reads.js';

interface HoldRow {
  readonly subject: string;
  readonly resource_id: string;
  /** Empty unless it is a membership's. */
  readonly member_id: string;
  readonly held_by: string;
  readonly at: string;
  readonly reason: string;
  /** PostgreSQL's driver gives a bigint as text. */
  readonly until_version_moves: number | string | null;
  readonly undone_run: string | null;
}

const COLUMNS = 'subject, resource_id, member_id, held_by, at, reason, until_version_moves, undone_run';
const ORDER = 'subject, resource_id, member_id';
const KEY = ['tenant_id', 'subject', 'resource_id', 'member_id'];

/** Reads of the table `sync_holds`. */
export class KnexHoldReader implements HoldReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async of(subject: Subject, resourceIds: readonly string[]): Promise<readonly Hold[]> {
    const sql = `select ${COLUMNS} from sync_holds where tenant_id = ? and subject = ? and`;
    return (await this.#reads.rowsByIds<HoldRow>(sql, [subject], 'resource_id', resourceIds)).map(toHold);
  }

  async page(after: HoldTarget | undefined, limit: number): Promise<readonly Hold[]> {
    const rows = await this.#reads.page<HoldRow>(
      `select ${COLUMNS} from sync_holds where tenant_id = ? and (${ORDER}) > (?, ?, ?) order by ${ORDER} limit ?`,
      [after?.subject ?? '', after?.resourceId ?? '', after?.memberId ?? '', limit],
    );
    return rows.map(toHold);
  }
}

/** Reads and writes of the table `sync_holds`. */
export class KnexHoldWriter extends KnexHoldReader implements HoldWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  put(hold: Hold): Promise<void> {
    const why = {
      held_by: hold.by,
      at: hold.at,
      reason: hold.reason,
      until_version_moves: hold.untilVersionMoves ?? null,
      undone_run: hold.undoneRun ?? null,
    };
    const row = { ...this.#keyOf(hold), ...why };
    return insertRows(this.#tenant.session, 'sync_holds', [row], replacing(KEY, Object.keys(why)));
  }

  async remove(target: HoldTarget): Promise<boolean> {
    return (await this.#tenant.session.knex('sync_holds').where(this.#keyOf(target)).del()) === 1;
  }

  #keyOf({ subject, resourceId, memberId = '' }: HoldTarget) {
    return { tenant_id: this.#tenant.tenantId, subject, resource_id: resourceId, member_id: memberId };
  }
}

function toHold(row: HoldRow): Hold {
  return {
    subject: toSubject(row.subject),
    resourceId: row.resource_id,
    ...(row.member_id === '' ? {} : { memberId: row.member_id }),
    by: row.held_by,
    at: row.at,
    reason: row.reason,
    ...(row.until_version_moves === null ? {} : { untilVersionMoves: Number(row.until_version_moves) }),
    ...(row.undone_run === null ? {} : { undoneRun: row.undone_run }),
  };
}

function toSubject(subject: string): Subject {
  return subject === 'group' || subject === 'membership' ? subject : 'account';
}
