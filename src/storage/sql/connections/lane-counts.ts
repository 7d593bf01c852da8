import type { Lane, StorageState } from '../../storage-state.js';
import { Busy } from './database.js';
import { isOverBudget } from './driver.js';
import type { StatementWatch } from './statements/watch.js';

type Counts = Record<Lane, number>;

const none = (): Counts => ({ lookup: 0, walk: 0, scan: 0, write: 0 });

/** Counts the work that was refused or ended, by the queue in which it waited. */
export class LaneCounts implements Pick<StorageState, 'refused' | 'overBudget'> {
  readonly refused = none();
  readonly overBudget = none();

  /** The result of the work, which is counted where it fails. */
  async count<T>(lane: Lane, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof Busy) this.refused[lane] += 1;
      else if (isOverBudget(error) || (error instanceof Error && isOverBudget(error.cause))) this.overBudget[lane] += 1;
      throw error;
    }
  }
}

/** What a database has done since it was opened. */
export function stateOf(watch: StatementWatch, counts: LaneCounts, waiting: StorageState['waiting']): StorageState {
  return { statements: watch.count, waiting, refused: { ...counts.refused }, overBudget: { ...counts.overBudget } };
}
