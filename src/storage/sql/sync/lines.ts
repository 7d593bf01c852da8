import type { Knex } from 'knex';
import type {
  AboutLine,
  LineOutcome,
  LineSelection,
  LineState,
  PlanLine,
  TrackedLine,
  WavePosition,
} from '../../../model/line.js';
import { pageSize } from '../../page-size.js';
import { addNumber, eachNumber, intersectionOf, type LineNumbers } from '../../../model/reviewing/line-numbers.js';
import type { RunCounts } from '../../../model/run.js';
import type { ResourceSubject } from '../../../model/subject.js';
import type { LineReader, LineWriter } from '../../sync-store.js';
import { selectRows } from '../connections/database.js';
import { chunks, insertRows, isOneOf, replacing } from '../statements.js';
import { toContent } from './line/content.js';
import { COLUMNS, linesAbout, linesOf, toTrackedLine, type LineRow } from './line/rows.js';
import { linesInStates, withoutPlanned } from './line/states.js';
import { selectedNumbers } from './reviewing/line-index.js';
import type { TenantReads, TenantSession } from './tenant-reads.js';

/** Lines that can be delivered, as the index of those behind the first wave has it. */
const DELIVERABLE = "kind not in ('conflict', 'held')";

const OF_PLAN = 'tenant_id = ? and plan_id = ?';

/** What came to something stays so. */
const UNSETTLED = "state in ('planned', 'sent')";

/** How many lines are looked at at a time for those in a certain state. */
const SOUGHT = pageSize(1_000);

const FIRST: WavePosition = { wave: -1, number: 0 };

/** Reads of the table `sync_plan_lines`. */
export class KnexLineReader implements LineReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async page(planId: string, after: number, limit: number, given: LineSelection = {}): Promise<readonly TrackedLine[]> {
    const selection = await withoutPlanned(this.#reads, planId, given);
    if (selection === undefined) return [];
    const { numbers, rest } = await selectedNumbers(this.#reads, planId, selection);
    if (numbers !== undefined) return this.#pageOf(planId, eachNumber(numbers, after), limit, rest);
    const { sql, bindings } = conditionsOf(rest);
    const { table, where } = linesInStates(this.#reads, rest.states);
    const rows = await this.#reads.page<LineRow>(
      `select ${COLUMNS} from ${table} where ${OF_PLAN} and number > ?${where}${sql} order by number limit ?`,
      [planId, after, ...bindings, limit],
    );
    return rows.map(toTrackedLine);
  }

  async numbers(planId: string, given: LineSelection): Promise<LineNumbers> {
    const selection = await withoutPlanned(this.#reads, planId, given);
    if (selection === undefined) return [];
    const { numbers: indexed, rest } = await selectedNumbers(this.#reads, planId, selection);
    const { sql, bindings } = conditionsOf(rest);
    if (sql === '') return indexed ?? this.#all(planId);
    const rows = await this.#reads.page<{ number: number }>(
      `select number from sync_plan_lines where ${OF_PLAN}${sql} order by number`,
      [planId, ...bindings],
    );
    const numbers: number[] = [];
    for (const { number } of rows) addNumber(numbers, number);
    return indexed === undefined ? numbers : intersectionOf(indexed, numbers);
  }

  /** Lines are numbered from 1, without a gap. */
  async #all(planId: string): Promise<LineNumbers> {
    const sql = `select max(number) as last from sync_plan_lines where ${OF_PLAN}`;
    const [{ last } = { last: null }] = await this.#reads.page<{ last: number | null }>(sql, [planId]);
    return last === null ? [] : [1, last];
  }

  numbered(planId: string, numbers: readonly number[]): Promise<readonly TrackedLine[]> {
    return this.#pageOf(planId, numbers, numbers.length, {});
  }

  /** Those of these lines that meet the conditions which the index of the plan does not know, as far as the page goes. */
  async #pageOf(
    planId: string,
    numbers: Iterable<number>,
    limit: number,
    selection: LineSelection,
  ): Promise<readonly TrackedLine[]> {
    const { sql, bindings } = conditionsOf(selection);
    const select = `select ${COLUMNS} from sync_plan_lines where ${OF_PLAN}${sql} and`;
    const found: LineRow[] = [];
    for (const piece of inPieces(numbers, sql === '' ? limit : SOUGHT.items)) {
      const rows = await this.#reads.rowsByIds<LineRow>(select, [planId, ...bindings], 'number', piece);
      found.push(...[...rows].sort((a, b) => a.number - b.number));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit).map(toTrackedLine);
  }

  /** Most lines are in the first wave, in the order of their numbers; the others have an index. */
  async toDeliver(
    planId: string,
    position: WavePosition = FIRST,
    limit: number,
    states: readonly LineState[],
  ): Promise<readonly TrackedLine[]> {
    const first =
      position.wave > 0
        ? []
        : await this.#delivery(planId, 'wave = 0 and number > ?', [position.number], { limit, states });
    if (first.length === limit) return first;
    const { wave, number } = first.length > 0 ? FIRST : position;
    const behind = 'wave <> 0 and (wave, number) > (?, ?)';
    const others = await this.#delivery(planId, behind, [wave, number], { limit: limit - first.length, states });
    return [...first, ...others];
  }

  async #delivery(
    planId: string,
    where: string,
    position: readonly number[],
    { limit, states }: { readonly limit: number; readonly states: readonly LineState[] },
  ): Promise<readonly TrackedLine[]> {
    const wanted = oneOf('state', states);
    const rows = await this.#reads.page<LineRow>(
      `select ${COLUMNS} from sync_plan_lines
       where ${OF_PLAN} and ${where} and ${DELIVERABLE}${wanted.sql} order by wave, number limit ?`,
      [planId, ...position, ...wanted.bindings, limit],
    );
    return rows.map(toTrackedLine);
  }

  async of(
    planId: string,
    subject: ResourceSubject,
    resourceIds: readonly string[],
  ): Promise<ReadonlyMap<string, TrackedLine>> {
    const lines = await linesOf(this.#reads, planId, subject, resourceIds);
    return new Map(lines.map((line) => [line.resourceId, line]));
  }

  about(resourceId: string, before: string | undefined, limit: number): Promise<readonly AboutLine[]> {
    return linesAbout(this.#reads, resourceId, before, limit);
  }

  async counts(planId: string): Promise<RunCounts> {
    const rows = await this.#reads.page<{ state: LineState; count: number | string }>(
      `select state, count(*) as count from sync_plan_lines where ${OF_PLAN} and ${DELIVERABLE} group by state`,
      [planId],
    );
    const counts = new Map(rows.map(({ state, count }) => [state, Number(count)]));
    const of = (state: LineState): number => counts.get(state) ?? 0;
    return {
      left: of('planned') + of('sent'),
      applied: of('applied'),
      skipped: of('skipped'),
      failed: of('failed'),
    };
  }
}

/** A line to be stored; one that somebody has confirmed for an earlier plan says who. */
type NewLine = PlanLine & Pick<TrackedLine, 'confirmedBy'>;

const KEY = ['tenant_id', 'plan_id', 'number'];

const OTHERS = ['subject', 'kind', 'resource_id', 'member_id', 'wave', 'state', 'needs_confirmation', 'content'];

/** Reads and writes of the table `sync_plan_lines`. */
export class KnexLineWriter extends KnexLineReader implements LineWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  insert(planId: string, lines: readonly NewLine[]): Promise<void> {
    return insertRows(this.#tenant.session, 'sync_plan_lines', this.#rowsOf(planId, lines));
  }

  replace(planId: string, lines: readonly PlanLine[]): Promise<void> {
    return insertRows(this.#tenant.session, 'sync_plan_lines', this.#rowsOf(planId, lines), replacing(KEY, OTHERS));
  }

  async confirm(planId: string, number: number, by: string): Promise<boolean> {
    const { tenantId, session } = this.#tenant;
    const confirmed = await session
      .knex('sync_plan_lines')
      .where({ tenant_id: tenantId, plan_id: planId, number, needs_confirmation: true })
      .update({ confirmed_by: by });
    return confirmed === 1;
  }

  markSent(planId: string, numbers: readonly number[]): Promise<void> {
    return this.#change(planId, numbers, 'sent', undefined);
  }

  /** One statement for all lines that came to the same: mostly one. */
  async settle(planId: string, outcomes: readonly LineOutcome[]): Promise<void> {
    for (const [first, ...others] of alike(outcomes)) {
      if (first === undefined) continue;
      const numbers = [first, ...others].map(({ number }) => number);
      await this.#change(planId, numbers, first.state, first.detail);
    }
  }

  #rowsOf(planId: string, lines: readonly NewLine[]) {
    return lines.map((line) => ({ tenant_id: this.#tenant.tenantId, plan_id: planId, ...toLineRow(line) }));
  }

  async #change(
    planId: string,
    numbers: readonly number[],
    state: LineState,
    detail: string | undefined,
  ): Promise<void> {
    const { tenantId, session } = this.#tenant;
    for (const piece of chunks(numbers)) {
      const listed = isOneOf(session.dialect, 'number', piece);
      await selectRows(
        session,
        `update sync_plan_lines set state = ?, detail = ? where ${OF_PLAN} and ${listed.sql} and ${UNSETTLED}`,
        [state, detail ?? null, tenantId, planId, listed.binding],
      );
    }
  }
}

function* inPieces(numbers: Iterable<number>, size: number): Generator<readonly number[]> {
  let piece: number[] = [];
  for (const number of numbers) {
    piece.push(number);
    if (piece.length < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** The outcomes by state and detail. */
function alike(outcomes: readonly LineOutcome[]): Iterable<readonly LineOutcome[]> {
  const groups = new Map<string, LineOutcome[]>();
  for (const outcome of outcomes) {
    const key = JSON.stringify([outcome.state, outcome.detail]);
    const before = groups.get(key);
    if (before === undefined) groups.set(key, [outcome]);
    else before.push(outcome);
  }
  return groups.values();
}

/** The columns of a line that is planned, except for the tenant and the plan. */
function toLineRow({ confirmedBy, ...line }: NewLine): Readonly<Record<string, Knex.RawBinding>> {
  return {
    number: line.number,
    subject: line.subject,
    kind: line.kind,
    resource_id: line.resourceId,
    member_id: line.memberId ?? null,
    wave: line.wave,
    state: 'planned',
    needs_confirmation: line.needsConfirmation === true,
    confirmed_by: confirmedBy ?? null,
    content: toContent(line),
  };
}

interface Condition {
  readonly sql: string;
  readonly bindings: readonly string[];
}

function conditionsOf({ subject, kinds, states }: LineSelection): Condition {
  const conditions = [oneOf('subject', subject && [subject]), oneOf('kind', kinds), oneOf('state', states)];
  return {
    sql: conditions.map(({ sql }) => sql).join(''),
    bindings: conditions.flatMap(({ bindings }) => bindings),
  };
}

/** Nothing where any value will do. */
function oneOf(column: string, values: readonly string[] | undefined): Condition {
  if (values === undefined) return { sql: '', bindings: [] };
  if (values.length === 0) return { sql: ' and false', bindings: [] };
  return { sql: ` and ${column} in (${values.map(() => '?').join(', ')})`, bindings: values };
}
