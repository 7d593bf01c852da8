import { setTimeout as sleep } from 'node:timers/promises';
import { RunLost } from './ownership.js';
import type { Work } from './work.js';

/**
 * Looks after a run until it is called off: renews the lease while batches take long, sees what a person asks for and that
 * another process has the run, and pulls the brake.
 * @returns calls it off
 */
export function watchRun(work: Work): () => Promise<void> {
  const over = new AbortController();
  const { stopping } = work.running;
  const leave = (): void => work.brake.pull({ to: 'leave' });
  if (stopping?.aborted === true) leave();
  stopping?.addEventListener('abort', leave);
  const watching = watch(work, over.signal);
  return async () => {
    over.abort();
    stopping?.removeEventListener('abort', leave);
    await watching;
  };
}

async function watch(work: Work, over: AbortSignal): Promise<void> {
  const { pollMs, renewMs } = work.running.tuning;
  let renewed = Date.now();
  for (;;) {
    await sleep(pollMs, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
    const due = Date.now() - renewed >= renewMs;
    // A database that cannot be reached for a moment is for the run's own units of work to find out.
    await look(work, due).catch(() => undefined);
    if (due) renewed = Date.now();
  }
}

async function look({ running, tenantId, run, ownership, brake }: Work, renew: boolean): Promise<void> {
  const now = await running.storage.sync(tenantId).runs.find(run.id);
  if (!ownership.has(now)) brake.pull({ to: 'yield' });
  else if (now?.asked !== undefined) brake.pull(now.asked);
  if (renew && brake.reason?.to !== 'yield') await ownership.unit(() => Promise.resolve()).catch(yieldIfLost);

  function yieldIfLost(error: unknown): void {
    if (!(error instanceof RunLost)) throw error;
    brake.pull({ to: 'yield' });
  }
}
