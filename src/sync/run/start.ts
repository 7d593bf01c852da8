import type { Plan } from '../../model/plan.js';
import type { SyncPolicy } from '../../model/policy.js';
import type { Run } from '../../model/run.js';
import { conflict, notFound } from '../../protocol/scim-error.js';
import type { SyncReader } from '../../storage/sync-store.js';
import { isSameBackend } from '../../model/mirror.js';
import { backendAtHand, checkOwner } from '../mirror/owner.js';
import { PlanDigest, linesIn } from '../plan/lines.js';
import { reviewOf } from '../plan-review/review-plan.js';
import { note } from '../review.js';
import { RunActive, type StartedRun } from '../synchronization.js';
import { checkGuard } from '../plan-review/guard.js';
import { checkSecondPerson } from '../plan-review/second-person.js';
import { leaseFrom } from './ownership.js';
import type { Running } from './running.js';
import type { RunOptions } from './work.js';
import { takeUp } from './work-run.js';

/** A plan to be applied, and who says so. */
export interface StartOptions extends RunOptions {
  /** The tenant's policy, whose guard the plan is held to. */
  readonly policy: SyncPolicy;
  /** Whether whoever applies it came with the ADMIN_TOKEN, which many may have. */
  readonly sharedToken?: boolean;
  /** How many people lose access, as the person who applies it says. */
  readonly confirm?: number;
  /** The digest of the plan that this person has reviewed. */
  readonly digest?: string;
}

/**
 * Starts to apply exactly the lines of a plan.
 * @throws RunActive if the tenant has a run that is running or paused; SecondPersonNeeded for the maker of a plan that takes
 *   somebody else; ConfirmationNeeded where the guard wants one; ScimError 404 for an unknown plan, 409 where it is not open, stale, or not what its digest says
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
  if (options.digest !== undefined && options.digest !== plan.digest) throw conflict(OTHER_DIGEST);
  const { guard } = options.policy;
  const review = await reviewOf(running.storage, tenantId, plan, guard);
  const second = checkSecondPerson(plan, review, options.policy, options);
  checkGuard(plan, review, { guard, ...options });
  await checkDigest(reader, plan);
  const { run, owner } = await insertRun(running, tenantId, plan, { by: options.by, second });
  return takeUp(running, { tenantId, run, plan, owner }, options);
}

const OTHER_DIGEST = 'This is not the plan that was reviewed: its digest is another one. Review the plan again.';

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
  { by, second }: { readonly by: string; readonly second: boolean },
): Promise<{ readonly run: Run; readonly owner: string }> {
  const owner = running.newId();
  const { now: started, leaseUntil } = leaseFrom(running);
  const run: Run = { id: running.newId(), planId: plan.id, state: 'running', started, by, owner, leaseUntil };
  return running.storage.writeSync(tenantId, async (sync) => {
    if ((await sync.runs.insert(run)) === 'active') throw runActive(await sync.runs.active());
    if (!(await sync.plans.move(plan.id, 'open', 'applying')) || (await sync.runs.count()) !== plan.runsBefore + 1) {
      throw conflict('The plan has just been applied or discarded. Make a new plan.');
    }
    // Both names in one entry: whoever reads it sees at once that two persons were in it.
    const detail = { digest: plan.digest, ...(second ? { secondPerson: { madeBy: plan.by } } : {}) };
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
