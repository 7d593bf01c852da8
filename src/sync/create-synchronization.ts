import { pageSize } from '../storage/page-size.js';
import type { Run } from '../model/run.js';
import { conflict, invalidValue, ScimError } from '../protocol/scim-error.js';
import type { Storage } from '../storage/storage.js';
import { comparedPlans } from './comparison/use-cases.js';
import { planAsCsv, planAsJson } from './export-plan.js';
import { pastUseCases } from './history/use-cases.js';
import { namedHolds } from './hold-names.js';
import { confirmLinks, holdLines, releaseMany, type HoldSelection } from './holding.js';
import { policyJson } from './json.js';
import { Lookup } from './lookup.js';
import { adoptMirror, mirrorStatus, resetMirror } from './mirror/change.js';
import { makeRepairPlan } from './mirror/verify.js';
import { makePlan } from './plan/make.js';
import { reviewedPlan } from './plan-review/use-cases.js';
import { isApprovedBy } from './policy.js';
import { changedPolicy, policyInForce } from './policy.js';
import { confirmLink, discard, findTarget, hold, note, release } from './review.js';
import { Faults } from './recovery/faults.js';
import { checkUndoable, shrunkSentence } from './retention/shrunk.js';
import { requestCancel, requestPause } from './run/ask.js';
import { resumeInterrupted, resumeRun } from './run/resume.js';
import type { Running } from './run/running.js';
import { startRun } from './run/start.js';
import { readStatus } from './run/status.js';
import { ConfirmationNeeded, type ReleaseSelection, type StartedRun, type Synchronization } from './synchronization.js';
import { makeUndoPlan } from './undo/plan.js';

/** What synchronizing needs. */
export interface SynchronizationOptions extends Omit<Running, 'stopping'> {
  readonly storage: Storage;
}

/** The use cases of the review-and-apply workflow, and how this process stops working on them. */
export interface StoppableSynchronization extends Synchronization {
  /** Gives up the runs of this process, so that another can resume them, and waits until it has stopped working on them. */
  stop(): Promise<void>;
}

interface Options extends SynchronizationOptions {
  /** Keeps in mind that a run is in progress. */
  readonly started: (run: StartedRun) => StartedRun;
  readonly faults: Faults;
  /** Keeps in mind that work is in progress which `stopping` ends. */
  readonly working: <T>(work: Promise<T>) => Promise<T>;
}

/** How many entries a page has where nobody says. */
const PAGE = 100;

/** How many tenants whose runs were interrupted are read at a time. */
const INTERRUPTED = pageSize(100);

/** Creates the use cases of the review-and-apply workflow. */
export function createSynchronization(given: SynchronizationOptions): StoppableSynchronization {
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const working = <T>(work: Promise<T>): Promise<T> => {
    const ended = work.catch(() => undefined).finally(() => underWay.delete(ended));
    underWay.add(ended);
    return work;
  };
  const started = (run: StartedRun): StartedRun => {
    void working(run.ended);
    return run;
  };
  const options: Options & Running = { ...given, started, working, faults: new Faults(), stopping: stopping.signal };
  const known = new Lookup(given.storage);
  return {
    ...planUseCases(options, known),
    ...reviewUseCases(options, known),
    ...holdUseCases(options, known),
    ...runUseCases(options, known),
    ...mirrorUseCases(options, known),
    ...pastUseCases(options, known),
    ...comparedPlans(given.storage, known),
    stop: async () => {
      stopping.abort();
      await Promise.all(underWay);
    },
  };
}

type PlanUseCases =
  'plan' | 'review' | 'guard' | 'secondPerson' | 'groups' | 'lines' | 'sample' | 'exportPlan' | 'discard' | 'undo';
type HoldUseCases = 'hold' | 'holdLines' | 'release' | 'releaseMany' | 'holds' | 'findTarget';
type ReviewUseCases = 'confirmLink' | 'confirmLinks' | 'policy' | 'setPolicy';
type MirrorUseCases = 'mirror' | 'verifyMirror' | 'adoptMirror' | 'resetMirror';
type RunUseCases = 'apply' | 'status' | 'pause' | 'resume' | 'cancel' | 'stopRun' | 'resumeInterrupted';

function planUseCases(options: Options, known: Lookup): Pick<Synchronization, PlanUseCases> {
  const { storage } = options;
  return {
    plan: async (tenantId, by, entered = {}) => {
      const request = await known.request(tenantId, by, entered);
      const plan = await options.working(makePlan(options, request));
      if (!isApprovedBy(request.inForce.policy, plan)) return { plan };
      const { policy } = request.inForce;
      try {
        return {
          plan,
          started: options.started(await startRun(options, tenantId, plan.id, { by, ...entered, policy })),
        };
      } catch (error) {
        // A plan that the guard stops is never approved without a person.
        if (error instanceof ConfirmationNeeded) return { plan };
        throw error;
      }
    },
    ...reviewedPlan(storage, known),
    exportPlan: async function* (tenantId, planId, format) {
      const plan = await known.wholePlan(tenantId, planId);
      yield* (format === 'csv' ? planAsCsv : planAsJson)(storage.sync(tenantId), plan);
      // A slow reader must not mistake a part for the whole.
      await known.wholePlan(tenantId, planId);
    },
    discard: async (tenantId, planId, by) => discard(options, tenantId, await known.plan(tenantId, planId), by),
    undo: async (tenantId, runId, by, entered) => {
      const run = await known.run(tenantId, runId);
      if (run.state !== 'finished' && run.state !== 'cancelled') {
        throw conflict(`The run is ${run.state}; only a run that is finished or cancelled can be undone.`);
      }
      checkUndoable(await storage.sync(tenantId).plans.find(run.planId));
      return options.working(makeUndoPlan(options, await known.request(tenantId, by, entered), run));
    },
  };
}

function reviewUseCases(options: Options, known: Lookup): Pick<Synchronization, ReviewUseCases> {
  const { storage } = options;
  return {
    confirmLink: async (tenantId, planId, number, by) =>
      confirmLink(options, tenantId, { plan: await known.wholePlan(tenantId, planId), number, by }),
    confirmLinks: async (tenantId, planId, lines, by) =>
      confirmLinks(options, tenantId, { ...lines, plan: await known.wholePlan(tenantId, planId) }, by),
    policy: async (tenantId) => (await known.request(tenantId, '')).inForce,
    setPolicy: async (tenantId, change, by) => {
      const { user } = await known.request(tenantId, by);
      return storage.writeSync(tenantId, async (sync) => {
        const policy = changedPolicy(policyInForce(await sync.policy.find()).policy, change, user);
        const inForce = { revision: await sync.policy.set(policy), policy };
        await note(options, sync, { by, action: 'policy.changed', detail: policyJson(inForce) });
        return inForce;
      });
    },
  };
}

function holdUseCases(options: Options, known: Lookup): Pick<Synchronization, HoldUseCases> {
  const { storage } = options;
  return {
    hold: async (tenantId, target, cause) => {
      await known.tenant(tenantId);
      return hold(options, tenantId, target, cause);
    },
    holdLines: async (tenantId, planId, lines, cause) =>
      holdLines(options, tenantId, { ...lines, plan: await known.wholePlan(tenantId, planId) }, cause),
    release: async (tenantId, target, by) => {
      await known.tenant(tenantId);
      await release(options, tenantId, target, by);
    },
    releaseMany: async (tenantId, selection, by) =>
      releaseMany(options, tenantId, await selectionOf(known, tenantId, selection), by),
    holds: async (tenantId, { after, limit = PAGE } = {}) => {
      await known.tenant(tenantId);
      const reader = storage.sync(tenantId);
      return namedHolds(reader, await reader.holds.page(after, limit), options.now().toISOString());
    },
    findTarget: async (tenantId, named) => {
      await known.tenant(tenantId);
      return findTarget(storage.sync(tenantId), named, (userName) => known.findUser(tenantId, userName));
    },
  };
}

/** @throws ScimError 404 for an unknown tenant, run or plan */
async function selectionOf(known: Lookup, tenantId: string, selection: ReleaseSelection): Promise<HoldSelection> {
  await known.tenant(tenantId);
  if ('planId' in selection) return { kind: 'plan', planId: await idOfWhole(known, tenantId, selection.planId) };
  if ('filter' in selection) return { kind: 'filter', filter: selection.filter };
  if ('all' in selection) return { kind: 'all' };
  const run = await known.run(tenantId, selection.runId);
  const { undoes } = await known.plan(tenantId, run.planId);
  return { kind: 'undone', runId: undoes ?? run.id };
}

/** @throws ScimError 400 `invalidValue` for a plan that was shrunk */
async function idOfWhole(known: Lookup, tenantId: string, planId: string): Promise<string> {
  const plan = await known.plan(tenantId, planId);
  const sentence = shrunkSentence(plan);
  if (sentence !== undefined) throw invalidValue(`${sentence} Select the holds with a filter instead.`);
  return plan.id;
}

function runUseCases(options: Options, known: Lookup): Pick<Synchronization, RunUseCases> {
  const { storage } = options;
  return {
    apply: async (tenantId, planId, how) => {
      const { inForce } = await known.request(tenantId, how.by);
      return options.started(await startRun(options, tenantId, planId, { ...how, policy: inForce.policy }));
    },
    status: async (tenantId, runId) => {
      await known.tenant(tenantId);
      const run = runId === undefined ? await latestRun(storage, tenantId) : await known.run(tenantId, runId);
      return run && readStatus(options, tenantId, run.id);
    },
    pause: async (tenantId, by) => {
      await known.tenant(tenantId);
      return requestPause(options, tenantId, by);
    },
    resume: async (tenantId, how) => {
      await known.tenant(tenantId);
      return options.started(await resumeRun(options, tenantId, how));
    },
    cancel: async (tenantId, how) => {
      await known.tenant(tenantId);
      return options.started(await requestCancel(options, tenantId, how));
    },
    stopRun: (tenantId) => stopRun(options, tenantId),
    resumeInterrupted: () => resumeAll(options),
  };
}

function mirrorUseCases(options: Options, known: Lookup): Pick<Synchronization, MirrorUseCases> {
  const status = (tenantId: string) => mirrorStatus(options, tenantId);
  return {
    mirror: async (tenantId) => {
      await known.tenant(tenantId);
      return status(tenantId);
    },
    verifyMirror: async (tenantId, by, entered) => makeRepairPlan(options, await known.request(tenantId, by, entered)),
    adoptMirror: async (tenantId, by) => {
      await known.tenant(tenantId);
      await adoptMirror(options, tenantId, by);
      return status(tenantId);
    },
    resetMirror: async (tenantId, by) => {
      await known.tenant(tenantId);
      await resetMirror(options, tenantId, by);
      return status(tenantId);
    },
  };
}

async function latestRun(storage: Storage, tenantId: string): Promise<Run | undefined> {
  const reader = storage.sync(tenantId);
  return (await reader.runs.active()) ?? (await reader.runs.latest(undefined, 1))[0];
}

async function stopRun(options: Options & Running, tenantId: string): Promise<string | undefined> {
  const active = await options.storage.sync(tenantId).runs.active();
  if (active === undefined) return undefined;
  const by = 'FlexWhere SCIM, since the tenant is deleted';
  try {
    await options.started(await requestCancel(options, tenantId, { by })).ended;
    return active.id;
  } catch (error) {
    // It has ended meanwhile.
    if (error instanceof ScimError && error.status === 409) return undefined;
    throw error;
  }
}

/** @throws what a lookup throws; a run that faults is told to `onFault`, and left alone for a while */
async function resumeAll(options: Options): Promise<readonly StartedRun[]> {
  const { storage, faults, now } = options;
  const resumed: StartedRun[] = [];
  for (let after = ''; ;) {
    const tenants = await storage.tenantsWithInterruptedRun(now().toISOString(), after, INTERRUPTED.items);
    for (const tenantId of tenants) {
      const run = await resumeInterrupted(options, tenantId, {
        by: 'FlexWhere SCIM, after a crash',
        isLeftAlone: (runId) => faults.isLeftAlone(runId, now().getTime()),
      });
      if (run === undefined) continue;
      run.ended.catch(() => faults.note(run.run.id, now().getTime()));
      resumed.push(options.started(run));
    }
    if (tenants.length < INTERRUPTED.items) return resumed;
    after = tenants.at(-1) ?? '';
  }
}
