import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Met, Workload } from './workload.js';

/** Tenants that work in a process of their own. */
export interface Workers {
  /** What each met since this was asked last. */
  take(): Promise<readonly Met[]>;
  stop(): Promise<void>;
}

export function startWorkers(workload: Workload): Workers {
  const child = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  child.send(workload);
  return {
    take: async () => {
      child.send('take');
      const [met] = (await once(child, 'message')) as [readonly Met[]];
      return met;
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
