import type { Hold, HoldTarget } from '../../../model/hold.js';
import type { Subject } from '../../../model/subject.js';
import type { HoldReader, HoldWriter } from '../../sync-store.js';
import { selectRows } from '../connections/database.js';
import { chunks, insertRows, recordset, replacing } from '../statements.js';
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
  readonly staged_digest: string | null;
  readonly until: string | null;
  readonly undone_run: string | null;
  readonly undoing_run: string | null;
}

const CAUSE = [
  ...(['held_by', 'at', 'reason', 'until', 'until_version_moves', 'staged_digest'] as const),
  ...(['undone_run', 'undoing_run'] as const),
];
const COLUMNS = `subject, resource_id, member_id, ${CAUSE.join(', ')}`;
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
      [...positionOf(after), limit],
    );
    return rows.map(toHold);
  }

  async ofUndone(runId: string, after: HoldTarget | undefined, limit: number): Promise<readonly Hold[]> {
    const rows = await this.#reads.page<HoldRow>(
      `select ${COLUMNS} from sync_holds
       where tenant_id = ? and undone_run = ? and (${ORDER}) > (?, ?, ?) order by ${ORDER} limit ?`,
      [runId, ...positionOf(after), limit],
    );
    return rows.map(toHold);
  }
}

const positionOf = (after: HoldTarget | undefined): readonly string[] => [
  after?.subject ?? '',
  after?.resourceId ?? '',
  after?.memberId ?? '',
];

/** Reads and writes of the table `sync_holds`. */
export class KnexHoldWriter extends KnexHoldReader implements HoldWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  put(holds: readonly Hold[]): Promise<void> {
    const { tenantId, session } = this.#tenant;
    const rows = holds.map((hold) => ({ tenant_id: tenantId, ...toRow(hold) }));
    return insertRows(session, 'sync_holds', rows, replacing(KEY, CAUSE));
  }

  async remove(targets: readonly HoldTarget[]): Promise<readonly Hold[]> {
    const { tenantId, session } = this.#tenant;
    const released = recordset(session, 'released', ['subject', 'resource_id', 'member_id']);
    const removed: HoldRow[] = [];
    for (const piece of chunks(targets)) {
      const sql = `delete from sync_holds where tenant_id = ? and (${ORDER}) in (select ${ORDER} from ${released})
        returning ${COLUMNS}`;
      removed.push(...(await selectRows<HoldRow>(session, sql, [tenantId, JSON.stringify(piece.map(keyOf))])));
    }
    return removed.map(toHold);
  }
}

const keyOf = ({ subject, resourceId, memberId = '' }: HoldTarget) => ({
  subject,
  resource_id: resourceId,
  member_id: memberId,
});

function toRow(hold: Hold): HoldRow {
  return {
    ...keyOf(hold),
    held_by: hold.by,
    at: hold.at,
    reason: hold.reason,
    until: hold.until ?? null,
    until_version_moves: hold.untilVersionMoves ?? null,
    staged_digest: hold.stagedDigest ?? null,
    undone_run: hold.undoneRun ?? null,
    undoing_run: hold.undoingRun ?? null,
  };
}

function toHold(row: HoldRow): Hold {
  return {
    subject: toSubject(row.subject),
    resourceId: row.resource_id,
    ...(row.member_id === '' ? {} : { memberId: row.member_id }),
    by: row.held_by,
    at: row.at,
    reason: row.reason,
    ...(row.until === null ? {} : { until: row.until }),
    ...(row.staged_digest === null ? {} : { stagedDigest: row.staged_digest }),
    ...(row.until_version_moves === null ? {} : { untilVersionMoves: Number(row.until_version_moves) }),
    ...(row.undone_run === null ? {} : { undoneRun: row.undone_run }),
    ...(row.undoing_run === null ? {} : { undoingRun: row.undoing_run }),
  };
}

function toSubject(subject: string): Subject {
  return subject === 'group' || subject === 'membership' ? subject : 'account';
}
