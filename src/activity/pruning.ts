import { DEFAULT_ACTIVITY_SETTINGS } from '../model/activity/query.js';
import { repeatRounds, rest, visitTenants } from '../rounds.js';
import { pageSize } from '../storage/page-size.js';
import type { Storage } from '../storage/storage.js';

/** What pruning works with. */
interface PruningParts {
  readonly storage: Pick<Storage, 'activity' | 'tenants'>;
  readonly now: () => Date;
  /** Entries deleted in one step. */
  readonly step?: number;
}

const STEP = pageSize(200);

/** Milliseconds between two rounds. */
const INTERVAL = 600_000;
const DAY = 86_400_000;

/** Deletes old entries of the activity log, a few at a time: about every ten minutes. @returns calls it off */
export function startPruning(parts: PruningParts, onError: (error: unknown) => void): () => Promise<void> {
  return repeatRounds((signal) => prune(parts, signal), { everyMs: INTERVAL, onError });
}

/** Deletes expired entries of every tenant, and of requests that belong to no tenant. */
export async function prune(
  { storage, now, step = STEP.items }: PruningParts,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const { activity, tenants } = storage;

  async function pruneOne(tenantId: string | undefined): Promise<void> {
    const settings = tenantId === undefined ? DEFAULT_ACTIVITY_SETTINGS : await activity.settings(tenantId);
    const before = new Date(now().getTime() - settings.retentionDays * DAY).toISOString();
    while (!signal.aborted && (await activity.prune(tenantId, before, step)) === step) await rest(0, { signal });
  }

  await pruneOne(undefined);
  await visitTenants(tenants, pruneOne, { signal });
}
