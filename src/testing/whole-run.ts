import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';

/** A reporter that acts at the end of a run of all tests there are; a run of some by file, by name or by shard is left alone. */
export abstract class WholeRunReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules: readonly TestModule[], _errors: unknown, reason: TestRunEndReason): Promise<void> {
    const vitest = this.#vitest;
    if (vitest === undefined || reason === 'interrupted' || !(await isWholeRun(vitest, modules))) return;
    this.onWholeRunEnd(vitest, modules);
  }

  /** Called at the end of such a run, however it ended. */
  protected abstract onWholeRunEnd(vitest: Vitest, modules: readonly TestModule[]): void;
}

async function isWholeRun(vitest: Vitest, modules: readonly TestModule[]): Promise<boolean> {
  if (vitest.config.testNamePattern !== undefined) return false;
  const ran = new Set(modules.map(({ moduleId }) => moduleId));
  return (await vitest.globTestSpecifications()).every(({ moduleId }) => ran.has(moduleId));
}
