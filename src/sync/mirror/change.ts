import { type BackendIdentity, isSameBackend, type MirrorOwner } from '../../model/mirror.js';
import { pageSize } from '../../storage/page-size.js';
import type { SyncReader, SyncStorage } from '../../storage/sync-store.js';
import { BackendUnavailable, type Backend } from '../backend.js';
import { backendJson } from '../json.js';
import { note } from '../review.js';
import { isInterrupted } from '../run/status.js';
import { RunActive, type MirrorStatus } from '../synchronization.js';

/** What changing a mirror needs. */
export interface MirrorChange {
  readonly storage: SyncStorage;
  readonly backend: Backend;
  readonly now: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
}

/** To which backend a tenant's mirror belongs, and which one is set now. */
export async function mirrorStatus({ storage, backend }: MirrorChange, tenantId: string): Promise<MirrorStatus> {
  const reader = storage.sync(tenantId);
  const owner = await reader.mirrorOwner.find();
  const [accounts, groups] = [await reader.mirror.count('User'), await reader.mirror.count('Group')];
  const asked = await identityOf(backend);
  const current = asked.identity ?? { ...backend.place };
  return {
    owner,
    current,
    reachable: asked.identity !== undefined,
    listing: asked.listing,
    belongs: owner === undefined || (!owner.resetting && isSameBackend(owner.backend, seenAs(current, owner, asked))),
    accounts,
    groups,
  };
}

interface Asked {
  readonly identity: BackendIdentity | undefined;
  readonly listing: boolean;
}

async function identityOf(backend: Backend): Promise<Asked> {
  try {
    return { identity: await backend.identity(), listing: await backend.canList() };
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    return { identity: undefined, listing: false };
  }
}

/** One that does not answer is taken for the one that it was at this address. */
function seenAs(current: BackendIdentity, { backend }: MirrorOwner, { identity }: Asked): BackendIdentity {
  return identity === undefined && backend.address === current.address ? backend : current;
}

/**
 * Lets the mirror belong to the backend that is set now, with all that it has: the same backend has moved.
 * @throws RunActive while a process works on a run; BackendUnavailable
 */
export async function adoptMirror(change: MirrorChange, tenantId: string, by: string): Promise<void> {
  const backend = await change.backend.identity();
  const since = change.now().toISOString();
  await change.storage.writeSync(tenantId, async (sync) => {
    await refuseDuringRun(sync, (run) => run.state === 'paused' || isInterrupted(run, change.now()));
    const before = await sync.mirrorOwner.find();
    await sync.mirrorOwner.put({ backend, since, by, resetting: before?.resetting ?? false });
    const detail = { from: before === undefined ? null : backendJson(before.backend), to: backendJson(backend) };
    await note(change, sync, { by, action: 'mirror.adopted', detail });
  });
}

/** How many rows of the mirror one unit of work removes. */
const PIECE = pageSize(2_000);

/**
 * Empties the mirror, in pieces, and lets it belong to the backend that is set now; open plans are discarded. If it is
 * interrupted, nothing can be planned before it is done again.
 * @throws RunActive if the tenant has a run; BackendUnavailable
 */
export async function resetMirror(change: MirrorChange, tenantId: string, by: string): Promise<void> {
  const backend = await change.backend.identity();
  const owner = { backend, since: change.now().toISOString(), by };
  await change.storage.writeSync(tenantId, async (sync) => {
    await refuseDuringRun(sync, () => false);
    const before = await sync.mirrorOwner.find();
    await sync.mirrorOwner.put({ ...owner, resetting: true });
    // They name accounts of the former backend.
    await sync.confirmedLinks.clear();
    const detail = {
      from: before === undefined ? null : backendJson(before.backend),
      to: backendJson(backend),
      accounts: await sync.mirror.count('User'),
      groups: await sync.mirror.count('Group'),
      discardedPlans: await sync.plans.discardAll(),
    };
    await note(change, sync, { by, action: 'mirror.reset', detail });
  });
  while (await change.storage.writeSync(tenantId, (sync) => sync.mirror.clear(PIECE.items)));
  await change.storage.writeSync(tenantId, (sync) => sync.mirrorOwner.put({ ...owner, resetting: false }));
}

type ActiveRun = NonNullable<Awaited<ReturnType<SyncReader['runs']['active']>>>;

async function refuseDuringRun(reader: SyncReader, isFine: (run: ActiveRun) => boolean): Promise<void> {
  const active = await reader.runs.active();
  if (active === undefined || isFine(active)) return;
  throw new RunActive(active.id, `The run ${active.id} is ${active.state}; let it finish, or cancel it, first.`);
}
