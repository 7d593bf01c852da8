import { expect } from 'vitest';
import type { Storage } from '../../../storage/storage.js';
import { BackendUnavailable } from '../../backend.js';
import type { Synchronization } from '../../synchronization.js';
import type { AdverseBackend } from './adverse-backend.fixture.js';
import { Dead, type Death } from './mortal-storage.fixture.js';
import type { Step } from './steps.fixture.js';

/** What happens besides cycles and undoing: a plan comes to nothing, or to a part. */
const MISHAP_STEPS = ['killedPlanning', 'cancel', 'stale', 'unanswered', 'holdUpdates'] as const;
type MishapStep = Extract<Step, { kind: (typeof MISHAP_STEPS)[number] }>;

export const isMishap = (step: Step): step is MishapStep => MISHAP_STEPS.some((kind) => kind === step.kind);

/** What these steps are played with. */
export interface Means {
  readonly tenantId: string;
  readonly backend: AdverseBackend;
  readonly sync: () => Synchronization;
  readonly storage: Storage;
  readonly dieAt: (death: Death | undefined) => void;
  /** Begins a process anew. */
  readonly restart: () => void;
  /** Plans and applies. */
  readonly cycle: () => Promise<void>;
  /** What has to be true at all times. */
  readonly check: () => Promise<void>;
}

const BY = { by: 'ada' };

/** Plays a step; whatever of it comes to nothing sends nothing. */
export async function playMishap(step: MishapStep, means: Means): Promise<void> {
  switch (step.kind) {
    case 'killedPlanning':
      await sendsNothing(means, () => killedPlanning(means, step.death));
      break;
    case 'cancel':
      await cancel(means, step.before);
      break;
    case 'stale':
      await stale(means);
      break;
    case 'unanswered':
      await sendsNothing(means, () => unanswered(means));
      break;
    case 'holdUpdates':
      await sendsNothing(means, () => holdUpdates(means));
  }
  await means.check();
}

async function sendsNothing({ backend }: Means, work: () => Promise<void>): Promise<void> {
  const before = backend.arrived.size;
  await work();
  expect(backend.arrived.size).toBe(before);
}

/** The next process plans anew. */
async function killedPlanning({ tenantId, sync, dieAt, restart }: Means, death: Death): Promise<void> {
  dieAt(death);
  try {
    await sync().plan(tenantId, 'ada');
  } catch (error) {
    if (!(error instanceof Dead)) throw error;
    restart();
  }
  dieAt(undefined);
}

/** The backend goes away behind some batches, and somebody cancels the run: what was applied stays, the rest was never sent. */
async function cancel({ tenantId, backend, sync }: Means, before: number): Promise<void> {
  const { plan } = await sync().plan(tenantId, 'ada');
  backend.onArrival = () => Promise.resolve();
  const away = Array.from({ length: 20 }, () => 'away' as const);
  backend.mishaps = [...Array.from({ length: before }, () => 'none' as const), ...away];
  const { state } = await (await sync().apply(tenantId, plan.id, BY)).ended;
  if (state === 'paused') {
    expect(await (await sync().cancel(tenantId, BY)).ended).toMatchObject({ state: 'cancelled' });
  }
  backend.mishaps = [];
}

/** A plan that another one has overtaken sends nothing. */
async function stale({ tenantId, backend, sync, cycle }: Means): Promise<void> {
  const { plan } = await sync().plan(tenantId, 'ada');
  await cycle();
  await expect(sync().apply(tenantId, plan.id, BY)).rejects.toThrow(/./u);
  expect([...backend.arrived.keys()].filter((key) => key.startsWith(plan.id))).toEqual([]);
}

/** What a plan asks is not answered: it is discarded. */
async function unanswered({ tenantId, backend, sync, storage }: Means): Promise<void> {
  backend.isSilent = true;
  try {
    await sync().plan(tenantId, 'ada');
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    const [plan] = await storage.sync(tenantId).plans.latest(undefined, 1);
    expect(plan?.state).toBe('discarded');
  }
  backend.isSilent = false;
}

/** Somebody holds all that a plan would update. */
async function holdUpdates({ tenantId, sync }: Means): Promise<void> {
  const { plan } = await sync().plan(tenantId, 'ada');
  const { digest } = plan;
  const cause = { by: 'eve', reason: 'on leave' };
  await sync().holdLines(tenantId, plan.id, { digest, filter: 'kind eq "update"' }, cause);
}
