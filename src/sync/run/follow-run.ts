import { setTimeout as sleep } from 'node:timers/promises';
import type { RunStatus } from '../synchronisation.js';
import { readStatus } from './run-status.js';
import type { Running } from './running.js';

/** Waits until a run that another process works on is finished, paused or cancelled, or nobody works on it any more. */
export async function followRun(running: Running, tenantId: string, runId: string): Promise<RunStatus> {
  for (;;) {
    const status = await readStatus(running, tenantId, runId);
    if (status.state !== 'running' || status.interrupted || running.stopping?.aborted === true) return status;
    await sleep(running.tuning.pollMs);
  }
}
