import type { Plan } from '../../model/plan.js';
import type { Guard } from '../../model/policy.js';
import type { Run } from '../../model/run.js';
import { conflict, notFound } from '../../protocol/scim-error.js';
import type { SyncReader } from '../../storage/sync-store.js';
import { isSameBackend } from '../../model/mirror.js';
import { backendAtHand, checkOwner } from '../mirror/owner.js';
import { PlanDigest, linesIn } from '../plan/lines.js';
import { note } from '../review.js';
import { RunActive, type StartedRun, ConfirmationNeeded } from '../synchronization.js';
import { leaseFrom } from './ownership.js';
import type { Running } from './running.js';
import type { RunOptions } from './work.js';
import { takeUp } from './work-run.js';

/** A plan to be applied, and who says so. */
export interface StartOptions extends RunOptions {
  /** The guard of the tenant's policy. */
  readonly guard: Guard;
  /** How many accounts the plan deactivates and deletes, as the person who applies it says. */
  readonly confirm?: number;
}

/**
 * Starts to apply exactly the lines of a plan.
 * @throws RunActive if the tenant has a run that is running or paused; ConfirmationNeeded where the guard wants one;
 *   ScimError 404 for an unknown plan, 409 where it is not open, stale, or not what its digest says
 */
export async function startRun(
  running: Running,
  tenantId: string,
  planId: string,
  options: StartOptions,
): Promise<StartedRun> {
  const reader = running.storage.sync(tenantId);
  const active = await reader.runs.active();
  if (active !== undefined) throw runActive(active);
  const plan = await reader.plans.find(planId);
  if (plan === undefined) throw notFound('There is no plan with that id.');
  await checkBackend(running, tenantId, plan);
  await checkPlan(reader, plan);
  checkGuard(plan, options.guard, options.confirm);
  await checkDigest(reader, plan);
  const { run, owner } = await insertRun(running, tenantId, plan, options.by);
  return takeUp(running, { tenantId, run, plan, owner }, options);
}

async function checkBackend({ storage, backend }: Running, tenantId: string, plan: Plan): Promise<void> {
  const owner = await storage.sync(tenantId).mirrorOwner.find();
  const now = await backendAtHand(backend, owner);
  checkOwner(owner, now);
  if (plan.backend !== undefined && !isSameBackend(plan.backend, now)) {
    throw conflict('The plan was made against another backend than the one that is set now. Make a new plan.');
  }
}

async function checkPlan(reader: SyncReader, { state, runsBefore }: Plan): Promise<void> {
  if (state !== 'open') throw conflict(`The plan is ${state}; only an open plan can be applied.`);
  if ((await reader.runs.count()) !== runsBefore) {
    throw conflict('Another plan was applied after this one was made. Make a new plan.');
  }
}

async function checkDigest(reader: SyncReader, plan: Plan): Promise<void> {
  const digest = new PlanDigest();
  for await (const lines of linesIn(reader, plan.id)) for (const line of lines) digest.add(line);
  if (digest.hex() !== plan.digest) throw conflict('The lines of the plan are not those that its digest says.');
}

/** Puts the run into the database, which lets a tenant have one at a time. */
function insertRun(
  running: Running,
  tenantId: string,
  plan: Plan,
  by: string,
): Promise<{ readonly run: Run; readonly owner: string }> {
  const owner = running.newId();
  const { now: started, leaseUntil } = leaseFrom(running);
  const run: Run = { id: running.newId(), planId: plan.id, state: 'running', started, by, owner, leaseUntil };
  return running.storage.writeSync(tenantId, async (sync) => {
    if ((await sync.runs.insert(run)) === 'active') throw runActive(await sync.runs.active());
    if (!(await sync.plans.move(plan.id, 'open', 'applying')) || (await sync.runs.count()) !== plan.runsBefore + 1) {
      throw conflict('The plan has just been applied or discarded. Make a new plan.');
    }
    const detail = { digest: plan.digest };
    await note(running, sync, { by, action: 'run.started', planId: plan.id, runId: run.id, detail });
    return { run, owner };
  });
}

function runActive(run: Run | undefined): RunActive {
  const which = run === undefined ? 'Another run' : `The run ${run.id}`;
  return new RunActive(
    run?.id ?? '',
    `${which} is ${run?.state ?? 'running'}; let it finish, resume it, or cancel it.`,
  );
}

/** From so many lines on, the share of all accounts counts: in a small company a few are a large share. */
const SHARE_FROM = 3;

/**
 * Holds a plan to what may be deactivated and deleted without a person who names the number.
 * @param confirm the number that a person has named; a wrong one is refused, whether or not it was needed
 * @throws ConfirmationNeeded
 */
export function checkGuard(plan: Plan, guard: Guard, confirm: number | undefined): void {
  const { deactivate, delete: deleted } = plan.counts.accounts;
  const affected = deactivate + deleted;
  if (confirm === affected || (confirm === undefined && !isTooMuch(plan, guard, affected))) return;
  const what = `The plan deactivates ${deactivate} and deletes ${deleted} of ${plan.mirrored} accounts`;
  throw new ConfirmationNeeded(affected, `${what}; confirm the number ${affected} to apply it.`);
}

function isTooMuch({ mirrored }: Plan, { number, share }: Guard, affected: number): boolean {
  return affected > number || (affected >= SHARE_FROM && affected > share * mirrored);
}
