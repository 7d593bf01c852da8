import { createHash } from 'node:crypto';
import type { TrackedLine, PlanLine, ResourceLineKind, LineSelection } from '../../model/line.js';
import { NO_COUNTS, type MembershipCounts, type PlanCounts } from '../../model/plan.js';
import type { ResourceSubject } from '../../model/subject.js';
import type { JsonValue } from '../../protocol/json.js';
import type { SyncReader } from '../../storage/sync-store.js';
import { withConfirmations } from '../links/confirmed.js';
import type { DraftLine } from './decide.js';
import { AT_A_TIME, type Draft } from './planning.js';

/** The lines of a plan in the order of their numbers, a page at a time. */
export async function* linesIn(
  reader: SyncReader,
  planId: string,
  selection: LineSelection = {},
): AsyncGenerator<readonly TrackedLine[]> {
  let after = 0;
  for (;;) {
    const lines = await reader.lines.page(planId, after, AT_A_TIME.items, selection);
    if (lines.length > 0) yield lines;
    if (lines.length < AT_A_TIME.items) return;
    after = lines.at(-1)?.number ?? after;
  }
}

/** Numbers the lines of a plan that is being made, and stores them in pieces. */
export class LineWriter {
  readonly #draft: Draft;
  #waiting: DraftLine[] = [];
  #written = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  async add(lines: readonly DraftLine[]): Promise<void> {
    this.#waiting.push(...lines);
    if (this.#waiting.length >= AT_A_TIME.items) await this.flush();
  }

  async flush(): Promise<void> {
    const { planning, tenantId, planId, reader } = this.#draft;
    planning.stopping?.throwIfAborted();
    if (this.#waiting.length === 0) return;
    const waiting = await withConfirmations(reader, this.#waiting);
    const lines = waiting.map((line, index) => ({ ...line, number: this.#written + index + 1 }));
    await planning.storage.writeSync(tenantId, (sync) => sync.lines.insert(planId, lines));
    this.#written += lines.length;
    this.#waiting = [];
  }
}

/** What has no line in a plan: accounts and groups that need none, and memberships that wait for one of both sides. */
export interface Unlisted {
  readonly accounts: number;
  readonly groups: number;
  readonly waiting: number;
}

/** Counts the lines of a plan by their kinds. */
export class PlanCounter {
  readonly #accounts = { ...NO_COUNTS.accounts };
  readonly #groups = { ...NO_COUNTS.groups };
  readonly #memberships = { add: 0, remove: 0, held: 0 };
  readonly #waiting: number;

  constructor({ accounts, groups, waiting }: Unlisted) {
    this.#accounts.unchanged = accounts;
    this.#groups.unchanged = groups;
    this.#waiting = waiting;
  }

  add({ subject, kind }: PlanLine): void {
    if (kind === 'add' || kind === 'remove') this.#memberships[kind] += 1;
    else if (subject !== 'membership') this.#of(subject)[kind] += 1;
    else if (kind === 'held') this.#memberships.held += 1;
  }

  counts(): PlanCounts {
    const { held, ...changed } = this.#memberships;
    const memberships: MembershipCounts = {
      ...changed,
      ...(held === 0 ? {} : { held }),
      ...(this.#waiting === 0 ? {} : { waiting: this.#waiting }),
    };
    return { accounts: this.#accounts, groups: this.#groups, memberships };
  }

  #of(subject: ResourceSubject): Record<ResourceLineKind, number> {
    return subject === 'account' ? this.#accounts : this.#groups;
  }
}

/** What has become of a line: no part of what a person reviews and a run delivers. */
const TRACKING: Readonly<Record<Exclude<keyof TrackedLine, keyof PlanLine>, true>> = {
  state: true,
  confirmedBy: true,
  detail: true,
};

/** The digest of a plan: SHA-256 over its lines in their order, in hexadecimal. Plans with the same lines have the same one. */
export class PlanDigest {
  readonly #hash = createHash('sha256');

  add(line: PlanLine): void {
    const frozen = Object.entries(line).filter(([name]) => !Object.hasOwn(TRACKING, name));
    this.#hash.update(`${JSON.stringify(sorted(Object.fromEntries(frozen)))}\n`);
  }

  /** Ends the digest; nothing can be added any more. */
  hex(): string {
    return this.#hash.digest('hex');
  }
}

/** Databases may give the members of an object in another order than they were given. */
function sorted(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .filter(([, held]) => held !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, held]) => [name, sorted(held)]);
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
