import type { Run, RunRequest } from '../../model/run.js';
import { conflict } from '../../protocol/scim-error.js';
import type { SyncWriter } from '../../storage/sync-store.js';
import type { AuditAction } from '../audit-actions.js';
import { isOwner, requireOwner } from '../mirror/owner.js';
import { note } from '../review.js';
import { RunActive, type StartedRun } from '../synchronization.js';
import { leaseFrom } from './ownership.js';
import type { Running } from './running.js';
import { isInterrupted } from './status.js';
import type { RunOptions } from './work.js';
import { takeUp, type TakenRun } from './work-run.js';

/**
 * Continues the tenant's run that is paused, or whose process has crashed.
 * @throws RunActive if a process works on it; ScimError 409 if there is no such run
 */
export async function resumeRun(running: Running, tenantId: string, options: RunOptions): Promise<StartedRun> {
  const active = await running.storage.sync(tenantId).runs.active();
  if (active === undefined) throw conflict('There is no run to resume.');
  await requireOwner(running.storage.sync(tenantId), running.backend);
  const taken = await takeRun(running, tenantId, active.id, options.by);
  if (taken === undefined) throw new RunActive(active.id, `A process works on the run ${active.id} already.`);
  return takeUp(running, taken, options);
}

/** Continues the tenant's run if its process has crashed and this one has the same backend; otherwise returns undefined. */
export async function resumeInterrupted(
  running: Running,
  tenantId: string,
  { isLeftAlone = () => false, ...options }: RunOptions & { readonly isLeftAlone?: (runId: string) => boolean },
): Promise<StartedRun | undefined> {
  const active = await running.storage.sync(tenantId).runs.active();
  if (active === undefined || !isInterrupted(active, running.now()) || isLeftAlone(active.id)) return undefined;
  if (!(await isOwner(running.storage.sync(tenantId), running.backend))) return undefined;
  const taken = await takeRun(running, tenantId, active.id, options.by, active.asked);
  return taken && takeUp(running, taken, options);
}

/**
 * Takes a run that is paused or whose lease has run out.
 * @param asked what the run is to come to, where it is not to go on
 * @returns undefined if another process has it, or it has ended
 */
export async function takeRun(
  running: Running,
  tenantId: string,
  runId: string,
  by: string,
  asked?: RunRequest,
): Promise<TakenRun | undefined> {
  const owner = running.newId();
  return running.storage.writeSync(tenantId, async (sync) => {
    const { now, leaseUntil } = leaseFrom(running);
    if (!(await sync.runs.claim(runId, owner, now, leaseUntil))) return undefined;
    const run = await woken(sync, runId, asked);
    const plan = run && (await sync.plans.find(run.planId));
    if (run === undefined || plan === undefined) throw conflict('The run has ended.');
    const action: AuditAction = asked === undefined ? 'run.resumed' : `run.${asked.to}Asked`;
    await note(running, sync, { by, action, planId: plan.id, runId });
    return { tenantId, run, plan, owner };
  });
}

/** The run as it is when it continues. Resuming it withdraws a request to pause it, but not one to cancel it. */
async function woken(sync: SyncWriter, runId: string, asked: RunRequest | undefined): Promise<Run | undefined> {
  const before = await sync.runs.find(runId);
  await sync.runs.move(runId, ['paused', 'running'], { state: 'running' });
  const still = asked ?? (before?.asked?.to === 'cancel' ? before.asked : undefined);
  if (still !== undefined) await sync.runs.ask(runId, still);
  const run = await sync.runs.find(runId);
  return run?.state === 'running' ? run : undefined;
}
