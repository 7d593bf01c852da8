import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../../model/run.js';
import type { SyncReader } from '../../storage/sync-store.js';
import type { RunStatus } from '../synchronization.js';
import type { Running } from './running.js';

/** @throws Error if the tenant has no such run */
export async function readStatus(running: Running, tenantId: string, runId: string): Promise<RunStatus> {
  const reader = running.storage.sync(tenantId);
  const run = await reader.runs.find(runId);
  if (run === undefined) throw new Error(`the run ${runId} is gone`);
  return statusOf(reader, run, running.now());
}

/**
 * A run with how far it is. That is noted with each batch and when it ends; batches that were in progress at the same time may
 * have missed each other, so that the lines themselves are counted where no process works on it.
 */
export async function statusOf(reader: SyncReader, run: Run, now: Date): Promise<RunStatus> {
  const interrupted = isInterrupted(run, now);
  const noted = interrupted ? undefined : run.counts;
  const counts = noted ?? (await reader.lines.counts(run.planId));
  const shrunk = run.finished === undefined ? undefined : (await reader.plans.find(run.planId))?.shrunk;
  return { ...run, counts, interrupted, ...(shrunk === undefined ? {} : { shrunk }) };
}

/** Whether no process works on a run that is running. */
export function isInterrupted({ state, leaseUntil }: Run, now: Date): boolean {
  return state === 'running' && (leaseUntil === undefined || leaseUntil <= now.toISOString());
}

/** Waits until a run that another process works on is finished, paused or canceled, or nobody works on it any more. */
export async function followRun(running: Running, tenantId: string, runId: string): Promise<RunStatus> {
  for (;;) {
    const status = await readStatus(running, tenantId, runId);
    if (status.state !== 'running' || status.interrupted || running.stopping?.aborted === true) return status;
    await sleep(running.tuning.pollMs);
  }
}
