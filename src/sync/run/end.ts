import type { SyncMembership } from '../../model/mirror.js';
import { pageSize } from '../../storage/page-size.js';
import type { RunState } from '../../model/run.js';
import type { FinishedRun } from '../backend.js';
import { eachOf, everyPage } from '../pages.js';
import { linesIn } from '../plan/lines.js';
import { note } from '../review.js';
import { batchesOf } from './batches.js';
import { settleLines } from './settle-lines.js';
import type { Work } from './work.js';

/** How many lines of a canceled run are skipped in one unit of work. */
const AT_A_TIME = pageSize(1_000);

/** Ends this process's work on a run: as it has come, or as it was asked to. @throws RunLost (of the promise) */
export async function endRun(work: Work): Promise<void> {
  const { reason } = work.brake;
  switch (reason?.to) {
    case undefined:
      await finish(work, 'finished', work.by);
      return;
    case 'pause':
      if (work.progress.counts.left === 0) await finish(work, 'finished', work.by);
      else await pause(work, reason.by);
      return;
    case 'wait':
      await pause(work, work.by, reason.detail);
      return;
    case 'cancel':
      await skipRest(work, reason.by);
      await giveUpSent(work, reason.by);
      await finish(work, 'cancelled', reason.by);
      return;
    case 'leave':
      await work.ownership.leave();
      return;
    case 'yield':
      return;
  }
}

/** Lets the backend do what is to be done at the end, and closes the run and its plan. */
async function finish(work: Work, state: Extract<RunState, 'finished' | 'cancelled'>, by: string): Promise<void> {
  const { running, run, plan, ownership, progress } = work;
  await ownership.unit(() => Promise.resolve());
  const fault = await passOn(work);
  if (fault !== undefined && state === 'finished') {
    await pause(work, by, fault);
    return;
  }
  await ownership.unit(async (sync) => {
    const why = fault === undefined ? {} : { detail: fault };
    const finished = running.now().toISOString();
    await sync.runs.move(run.id, ['running'], { state, finished, counts: progress.counts, ...why });
    await sync.plans.move(plan.id, 'applying', 'applied');
    const detail = { ...progress.counts, ...why };
    await note(running, sync, { by, action: `run.${state}`, planId: plan.id, runId: run.id, detail });
  });
}

/**
 * Lets the backend do what is to be done at the end, if it is the one that the mirror belongs to.
 * @returns why that failed
 */
async function passOn(work: Work): Promise<string | undefined> {
  const { running, belongsTo } = work;
  const { kind, address } = running.backend.place;
  const isElsewhere = belongsTo?.kind !== kind || (kind === 'file' && belongsTo.address !== address);
  if (belongsTo !== undefined && isElsewhere) return undefined;
  try {
    await running.backend.finish(finishedRun(work));
    return undefined;
  } catch (error) {
    running.onFault?.(error);
    return `What the run changed is not passed on whole: ${messageOf(error)}`;
  }
}

async function pause({ running, run, plan, ownership }: Work, by: string, reason?: string): Promise<void> {
  const detail = reason === undefined ? {} : { detail: reason };
  await ownership.unit(async (sync) => {
    await sync.runs.move(run.id, ['running'], { state: 'paused', ...detail });
    await note(running, sync, { by, action: 'run.paused', planId: plan.id, runId: run.id, detail });
  });
}

/** Skips what was not sent, in parts. */
async function skipRest({ running, tenantId, plan, ownership, progress }: Work, by: string): Promise<void> {
  const detail = `${by} canceled the run.`;
  const reader = running.storage.sync(tenantId);
  for await (const { lines } of batchesOf(reader, plan.id, 'planned', AT_A_TIME.items)) {
    const skipped = lines.map(({ number }) => ({ number, state: 'skipped' as const, detail }));
    await ownership.unit((sync) => sync.lines.settle(plan.id, skipped));
    progress.settled(skipped);
  }
}

/** Settles what was sent and has no outcome, in parts. */
async function giveUpSent(work: Work, by: string): Promise<void> {
  const detail =
    `It was sent, and ${by} canceled the run before an answer came: it is not known whether the backend has it. ` +
    'Compare the backend with what it was told: sync mirror verify.';
  const reader = work.running.storage.sync(work.tenantId);
  for await (const { lines } of batchesOf(reader, work.plan.id, 'sent', AT_A_TIME.items)) {
    const failed = lines.map((line) => ({ line, outcome: { number: line.number, state: 'failed' as const, detail } }));
    await work.ownership.unit((sync) => settleLines(sync, work, failed));
    work.progress.settled(failed.map(({ outcome }) => outcome));
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What the backend may read when a run is done. */
function finishedRun({ running, tenantId, run, plan }: Work): FinishedRun {
  const reader = running.storage.sync(tenantId);
  return {
    tenantId,
    runId: run.id,
    mirrored: (type) =>
      eachOf(
        everyPage(
          (after: string | undefined, limit) => reader.mirror.page(type, after, limit),
          ({ resourceId }) => resourceId,
        ),
      ),
    memberships: () =>
      eachOf(
        everyPage(
          (after: SyncMembership | undefined, limit) => reader.mirrorMemberships.page(after, limit),
          (membership) => membership,
        ),
      ),
    appliedLines: () => eachOf(linesIn(reader, plan.id, { states: ['applied'] })),
  };
}
