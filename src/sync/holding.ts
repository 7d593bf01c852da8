import { targetKey, targetsOf, type Hold, type HoldTarget } from '../model/hold.js';
import type { TrackedLine } from '../model/line.js';
import type { Plan } from '../model/plan.js';
import type { JsonObject } from '../protocol/json.js';
import { conflict } from '../protocol/scim-error.js';
import type { SyncReader, SyncWriter } from '../storage/sync-store.js';
import type { AuditAction } from './audit-actions.js';
import { holdFilter, lineFilter } from './filters.js';
import { namedHolds } from './hold-names.js';
import { keepConfirmed } from './links/confirmed.js';
import { everyPage } from './pages.js';
import { digestOf } from './plan/holds.js';
import type { Review } from './review.js';

/** Why something is held, and when the hold ends by itself. */
export interface HoldCause {
  readonly by: string;
  readonly reason: string;
  /** A dateTime in fixed-width UTC. */
  readonly until?: string;
  /** Whether it ends when Entra changes what is held. */
  readonly untilChanged?: boolean;
}

/** Which lines of a plan are meant: a plan that a person has read, and a filter on its lines (see lineFilter). */
export interface LinesOfPlan {
  readonly plan: Plan;
  /** The digest of the plan that the person has read. */
  readonly digest: string;
  readonly filter?: string | undefined;
}

/** Which holds are meant. */
export type HoldSelection =
  | { readonly kind: 'all' }
  /** Those that keep undone what this run had applied. */
  | { readonly kind: 'undone'; readonly runId: string }
  /** Those of what the plan shows as held. */
  | { readonly kind: 'plan'; readonly planId: string }
  /** See holdFilter. */
  | { readonly kind: 'filter'; readonly filter: string };

/**
 * Holds what lines of a plan are about, a page at a time; lines that are held already are left as they are.
 * @returns how many
 * @throws ScimError 409 if the plan has another digest, 400 `invalidValue`
 */
export async function holdLines(
  review: Review,
  tenantId: string,
  lines: LinesOfPlan,
  cause: HoldCause,
): Promise<number> {
  let held = 0;
  for await (const page of linesOf(review.storage.sync(tenantId), lines)) {
    const wanted = page.filter(({ kind }) => kind !== 'held');
    held += wanted.length;
    await review.storage.writeSync(tenantId, async (sync) => {
      const holds = await holdsOn(review, sync, wanted, cause);
      await sync.holds.put(holds);
      await sync.confirmedLinks.remove(holds);
      await noteHolds(review, sync, 'hold.put', holds, { by: cause.by, planId: lines.plan.id });
    });
  }
  return held;
}

/**
 * Releases holds, a page at a time.
 * @returns how many
 * @throws ScimError 400 `invalidValue`
 */
export async function releaseMany(
  review: Review,
  tenantId: string,
  selection: HoldSelection,
  by: string,
): Promise<number> {
  let released = 0;
  for await (const targets of selected(review.storage.sync(tenantId), selection, review.now().toISOString())) {
    released += await review.storage.writeSync(tenantId, async (sync) => {
      const holds = await sync.holds.remove(targets);
      await noteHolds(review, sync, 'hold.released', holds, { by });
      return holds.length;
    });
  }
  return released;
}

/**
 * Confirms links of a plan, a page at a time.
 * @returns how many
 * @throws ScimError 409 if the plan is not open or has another digest, 400 `invalidValue`
 */
export async function confirmLinks(review: Review, tenantId: string, lines: LinesOfPlan, by: string): Promise<number> {
  const { plan } = lines;
  if (plan.state !== 'open') throw conflict(`The plan is ${plan.state}; only lines of an open plan can be confirmed.`);
  let confirmed = 0;
  for await (const page of linesOf(review.storage.sync(tenantId), lines)) {
    const waiting = page.filter((line) => line.needsConfirmation === true && line.confirmedBy === undefined);
    confirmed += waiting.length;
    await review.storage.writeSync(tenantId, async (sync) => {
      for (const { number } of waiting) await sync.lines.confirm(plan.id, number, by);
      await keepConfirmed(sync, waiting, by);
      await sync.audit.append(
        waiting.map(({ number, resourceId }) => ({
          ...stamp(review),
          ...{ by, action: 'line.confirmed' satisfies AuditAction, planId: plan.id, resourceId, detail: { number } },
        })),
      );
    });
  }
  return confirmed;
}

/** @throws ScimError 409 if the plan has another digest than the one that was read */
async function* linesOf(
  reader: SyncReader,
  { plan, digest, filter }: LinesOfPlan,
): AsyncGenerator<readonly TrackedLine[]> {
  if (digest !== plan.digest)
    throw conflict('The plan has another digest than the one given. Read the plan again, then repeat the command.');
  const matches = filter === undefined ? () => true : lineFilter(filter);
  const pages = everyPage(
    (after: number | undefined, limit) => reader.lines.page(plan.id, after ?? 0, limit),
    ({ number }) => number,
  );
  for await (const page of pages) yield page.filter(matches);
}

async function holdsOn(
  review: Review,
  sync: SyncReader,
  lines: readonly TrackedLine[],
  { by, reason, until, untilChanged = false }: HoldCause,
): Promise<readonly Hold[]> {
  const groups = lines.filter(({ subject }) => subject === 'group').map(({ resourceId }) => resourceId);
  const staged = untilChanged ? await sync.staged.byIds('Group', groups) : new Map<string, { document: string }>();
  const at = review.now().toISOString();
  return lines.map(({ subject, resourceId, memberId, stagedVersion }) => {
    const group = subject === 'group' ? staged.get(resourceId) : undefined;
    return {
      ...{ subject, resourceId, by, at, reason },
      ...(memberId === undefined ? {} : { memberId }),
      ...(until === undefined ? {} : { until }),
      ...(untilChanged ? { untilVersionMoves: stagedVersion } : {}),
      ...(group === undefined ? {} : { stagedDigest: digestOf(group.document) }),
    };
  });
}

async function* selected(
  reader: SyncReader,
  selection: HoldSelection,
  now: string,
): AsyncGenerator<readonly HoldTarget[]> {
  if (selection.kind === 'plan') {
    yield* heldIn(reader, selection.planId);
    return;
  }
  const matches = selection.kind === 'filter' ? holdFilter(selection.filter) : undefined;
  const pages = everyPage(
    (after: HoldTarget | undefined, limit) =>
      selection.kind === 'undone'
        ? reader.holds.ofUndone(selection.runId, after, limit)
        : reader.holds.page(after, limit),
    (hold): HoldTarget => hold,
  );
  for await (const holds of pages) {
    yield matches === undefined ? holds : (await namedHolds(reader, holds, now)).filter(matches);
  }
}

/** What keeps the held lines of a plan from being applied: holds of their own, or of their group or member. */
async function* heldIn(reader: SyncReader, planId: string): AsyncGenerator<readonly HoldTarget[]> {
  const pages = everyPage(
    (after: number | undefined, limit) => reader.lines.page(planId, after ?? 0, limit, { kinds: ['held'] }),
    ({ number }) => number,
  );
  for await (const lines of pages) {
    const targets = new Map(lines.flatMap(targetsOf).map((target) => [targetKey(target), target]));
    yield [...targets.values()];
  }
}

function noteHolds(
  review: Review,
  sync: SyncWriter,
  action: AuditAction,
  holds: readonly Hold[],
  who: { readonly by: string; readonly planId?: string },
): Promise<void> {
  const detailOf = ({ subject, memberId, reason }: Hold): JsonObject => ({
    subject,
    ...(memberId === undefined ? {} : { memberId }),
    reason,
  });
  return sync.audit.append(
    holds.map((hold) => ({
      ...stamp(review),
      ...who,
      ...{ action, resourceId: hold.resourceId, detail: detailOf(hold) },
    })),
  );
}

const stamp = ({ newId, now }: Review) => ({ id: newId(), at: now().toISOString() });
