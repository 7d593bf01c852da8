import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_ACTIVITY_SETTINGS } from '../model/activity/query.js';
import type { Storage } from '../storage/storage.js';

/** What pruning works with. */
interface PruningParts {
  readonly storage: Pick<Storage, 'activity' | 'tenants'>;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
}

/** What pruning has done, for the metrics of this process. */
export interface Pruning {
  /** Deletes what is past its retention, of all tenants. */
  once(): Promise<void>;
  stop(): Promise<void>;
}

/** Entries deleted in one step, and the pause in milliseconds behind each, in which requests get their turn. */
const STEP = 200;
const PAUSE = 50;

/** Milliseconds between two rounds. */
const INTERVAL = 600_000;
const DAY = 86_400_000;
const TENANTS = 100;

/** Deletes old entries of the activity log, a few at a time: every ten minutes, and first a while after the start. */
export function startPruning({ storage, now, onError }: PruningParts): Pruning {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const before = (days: number): string => new Date(now().getTime() - days * DAY).toISOString();

  async function pruneOne(tenantId: string | undefined): Promise<void> {
    const settings = tenantId === undefined ? DEFAULT_ACTIVITY_SETTINGS : await storage.activity.settings(tenantId);
    while (!stopped && (await storage.activity.prune(tenantId, before(settings.retentionDays), STEP)) === STEP) {
      await sleep(PAUSE, undefined, { ref: false });
    }
  }

  async function once(): Promise<void> {
    await pruneOne(undefined);
    let after: string | undefined;
    do {
      const tenants = await storage.tenants.listTenants(after, TENANTS);
      for (const { id } of tenants) {
        if (!stopped) await pruneOne(id);
      }
      after = tenants.length === TENANTS ? tenants.at(-1)?.id : undefined;
    } while (after !== undefined && !stopped);
  }

  const timer = setInterval(() => {
    running = running.then(once).catch(onError);
  }, INTERVAL);
  timer.unref();
  return {
    once,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
