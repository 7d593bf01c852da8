import type { Run } from '../../model/run.js';
import { conflict } from '../../protocol/scim-error.js';
import { note } from '../review.js';
import type { RunStatus, StartedRun } from '../synchronization.js';
import { takeRun } from './resume.js';
import type { Running } from './running.js';
import { followRun } from './status.js';
import type { RunOptions } from './work.js';
import { takeUp } from './work-run.js';

/**
 * Asks the tenant's run to pause. The process that works on it does so, when what was sent has an outcome or a short
 * while is over; where none does any more, the run is paused at once.
 * @returns the run, which may still be running
 * @throws ScimError 409 if no run is running
 */
export async function requestPause(running: Running, tenantId: string, by: string): Promise<Run> {
  const reader = running.storage.sync(tenantId);
  const active = await reader.runs.active();
  if (active?.state !== 'running') throw conflict('No run is running.');
  const taken = await takeRun(running, tenantId, active.id, by, { to: 'pause', by });
  if (taken !== undefined) await (await takeUp(running, taken, { by })).ended;
  else await ask(running, tenantId, active, { to: 'pause', by });
  return (await reader.runs.find(active.id)) ?? active;
}

/**
 * Ends the tenant's run: what was sent is settled, the rest is skipped, by the process that works on it or else by this one.
 * It does not wait for a backend that is down: lines that were sent and have no outcome by then have failed, since it is not
 * known whether the backend has them.
 * @throws ScimError 409 if no run is active
 */
export async function requestCancel(running: Running, tenantId: string, options: RunOptions): Promise<StartedRun> {
  const active = await running.storage.sync(tenantId).runs.active();
  if (active === undefined) throw conflict('There is no run to cancel.');
  const taken = await takeRun(running, tenantId, active.id, options.by, { to: 'cancel', by: options.by });
  if (taken !== undefined) return takeUp(running, taken, options);
  await ask(running, tenantId, active, { to: 'cancel', by: options.by });
  const ended = untilCanceled(running, tenantId, active, options);
  ended.catch(() => undefined);
  return { run: active, ended };
}

async function ask(running: Running, tenantId: string, run: Run, asked: NonNullable<Run['asked']>): Promise<void> {
  const { by, to } = asked;
  await running.storage.writeSync(tenantId, async (sync) => {
    if (!(await sync.runs.ask(run.id, asked))) throw conflict('The run has ended just now.');
    await note(running, sync, { by, action: `run.${to}Asked`, planId: run.planId, runId: run.id });
  });
}

/** If the process that was asked to cancel has crashed, or has paused the run, this one cancels it. */
async function untilCanceled(running: Running, tenantId: string, run: Run, options: RunOptions): Promise<RunStatus> {
  const status = await followRun(running, tenantId, run.id);
  const isOpen = status.interrupted || status.state === 'paused';
  if (!isOpen || running.stopping?.aborted === true) return status;
  const taken = await takeRun(running, tenantId, run.id, options.by, { to: 'cancel', by: options.by });
  return taken === undefined
    ? untilCanceled(running, tenantId, run, options)
    : (await takeUp(running, taken, options)).ended;
}
