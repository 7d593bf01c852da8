import type { BackendIdentity } from '../../model/mirror.js';
import { NO_COUNTS, type Plan } from '../../model/plan.js';
import { countPlan } from '../plan-review/review-plan.js';
import { needsSecondPerson } from '../plan-review/second-person.js';
import type { Run } from '../../model/run.js';
import { conflict } from '../../protocol/scim-error.js';
import { backendAtHand, claimMirror } from '../mirror/owner.js';
import { checkBy, note } from '../review.js';
import { RunActive } from '../synchronization.js';
import { discardInterrupted, keepMaking, makingUntil } from '../recovery/plans-in-progress.js';
import { PlanCounter, type Unlisted } from './lines.js';
import { PlanDigest } from './lines.js';
import { LineWriter } from './lines.js';
import { planMemberships } from './memberships.js';
import { WantedNames } from './names.js';
import { Matching } from '../matching/ask.js';
import type { Draft, Planning, PlanRequest } from './planning.js';
import { planResources } from './resources.js';

/** Writes the lines of a plan, and says how many accounts and groups need none. */
export type WriteLines = (draft: Draft, writer: LineWriter) => Promise<Unlisted>;
/** What a plan is for, other than to bring the backend to what is staged. */
type Purpose = Pick<Plan, 'undoes' | 'repairs'>;

/**
 * Makes the plan that brings the backend to what is staged, as the tenant's policy says, and freezes it.
 * @throws RunActive while the tenant has a run, BackendUnavailable if the backend cannot be asked what it has
 */
export function makePlan(planning: Planning, request: PlanRequest): Promise<Plan> {
  return writePlan(planning, request, writeDifference);
}

/** Makes a plan of the lines that are written, and freezes it; where that fails, it is discarded. */
export async function writePlan(
  planning: Planning,
  request: PlanRequest,
  write: WriteLines,
  purpose: Purpose = {},
): Promise<Plan> {
  const draft = await begin(planning, request, purpose);
  const ended = keepMaking(draft);
  try {
    const writer = new LineWriter(draft);
    const unlisted = await write(draft, writer);
    await writer.flush();
    return await freeze(draft, unlisted);
  } catch (error) {
    await giveUp(draft);
    throw error;
  } finally {
    ended();
  }
}

/** Discards a plan that could not be made. What the backend was sent for it is noted all the same. */
async function giveUp({ planning, tenantId, by, planId, matching: { matching } }: Draft): Promise<void> {
  await planning.storage.writeSync(tenantId, async (sync) => {
    if (!(await sync.plans.move(planId, 'making', 'discarded'))) return;
    const detail = matching === undefined ? {} : { matching: { ...matching } };
    await note(planning, sync, { by, action: 'plan.failed', planId, detail });
  });
}

async function writeDifference(draft: Draft, writer: LineWriter): Promise<Unlisted> {
  const names = new WantedNames(draft);
  const accounts = await planResources(draft, 'User', writer, (lines) => names.add(lines));
  await writer.flush();
  await names.resolve();
  if (!draft.inForce.policy.groups) return { accounts, groups: 0, waiting: 0 };
  const groups = await planResources(draft, 'Group', writer);
  await writer.flush();
  return { accounts, groups, waiting: await planMemberships(draft, writer) };
}

async function begin(planning: Planning, request: PlanRequest, purpose: Purpose): Promise<Draft> {
  const { tenantId, by, sharedToken, inForce } = request;
  const [planId, now] = [planning.newId(), planning.now().toISOString()];
  checkBy(by);
  const backend = await backendOf(planning, tenantId);
  await planning.storage.writeSync(tenantId, async (sync) => {
    const active = await sync.runs.active();
    if (active !== undefined) throw runInTheWay(active);
    // Comparing changes nothing: it may be done with any backend, before the mirror is adopted by it.
    if (purpose.repairs !== true) await claimMirror(sync, backend, { by, at: now });
    await discardInterrupted(planning, sync);
    await sync.plans.insert({
      id: planId,
      state: 'making',
      created: now,
      by,
      ...(sharedToken ? { sharedToken } : {}),
      policyRevision: inForce.revision,
      runsBefore: await sync.runs.count(),
      mirrored: await sync.mirror.count('User'),
      digest: '',
      counts: NO_COUNTS,
      backend,
      makingUntil: makingUntil(planning),
      ...purpose,
    });
  });
  return {
    ...request,
    planning,
    planId,
    now,
    reader: planning.storage.sync(tenantId),
    rehired: new Map(),
    matching: new Matching(planning.backend, inForce.policy),
  };
}

async function backendOf({ storage, backend }: Planning, tenantId: string): Promise<BackendIdentity> {
  const reader = storage.sync(tenantId);
  const active = await reader.runs.active();
  if (active !== undefined) throw runInTheWay(active);
  return backendAtHand(backend, await reader.mirrorOwner.find());
}

function runInTheWay({ id, state }: Run): RunActive {
  return new RunActive(id, `The run ${id} is ${state}; let it finish, or cancel it, before you make a plan.`);
}

async function freeze(draft: Draft, unlisted: Unlisted): Promise<Plan> {
  const { planning, tenantId, by, planId, reader, inForce } = draft;
  const digest = new PlanDigest();
  const counter = new PlanCounter(unlisted);
  const index = await countPlan(reader, { id: planId }, inForce.policy.guard, (lines) => {
    for (const line of lines) {
      digest.add(line);
      counter.add(line);
    }
  });
  const { matching } = draft.matching;
  const [hex, counts] = [digest.hex(), counter.counts()];
  await planning.storage.writeSync(tenantId, (sync) => sync.reviews.put(planId, index));
  return planning.storage.writeSync(tenantId, async (sync) => {
    const made = await sync.plans.find(planId);
    if (made?.state !== 'making') throw conflict('The plan was discarded while it was being made. Make a new one.');
    const secondPerson = needsSecondPerson({ ...made, counts }, index.review, inForce.policy);
    await sync.plans.freeze(planId, {
      ...{ digest: hex, counts },
      ...(matching === undefined ? {} : { matching }),
      ...(secondPerson ? { secondPerson } : {}),
    });
    const asked = matching === undefined ? {} : { matching: { ...matching } };
    await note(planning, sync, { by, action: 'plan.made', planId, detail: { digest: hex, ...asked } });
    const plan = await sync.plans.find(planId);
    if (plan === undefined) throw new Error('A plan is gone while it is being made');
    return plan;
  });
}
