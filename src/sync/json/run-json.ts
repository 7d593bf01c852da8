import type { Run, RunCounts, RunRequest } from '../../storage/sync-model.js';
import type { RunStatus } from '../synchronisation.js';
import type { Plain } from './plain.js';

// Type aliases, since an interface does not count as a JSON object.

/** A run as the admin API and the command line show it; which process works on it is nobody's business. */
export type RunJson = {
  runId: string;
  planId: string;
  state: Run['state'];
  started: string;
  by: string;
  finished: string | null;
  asked: RunRequest['to'] | null;
  detail: string | null;
};

/** A run with how far it is. */
export type RunStatusJson = RunJson & { interrupted: boolean; counts: Plain<RunCounts> };

export function runJson({ id, planId, state, started, by, finished, asked, detail }: Run): RunJson {
  return {
    runId: id,
    planId,
    state,
    started,
    by,
    finished: finished ?? null,
    asked: asked?.to ?? null,
    detail: detail ?? null,
  };
}

export function runStatusJson(status: RunStatus): RunStatusJson {
  const { left, applied, skipped, failed } = status.counts;
  return { ...runJson(status), interrupted: status.interrupted, counts: { left, applied, skipped, failed } };
}
