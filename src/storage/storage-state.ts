/** The queues in which work on the database waits for its turn: reads along an index, far ones, scans, and writes. */
export type Lane = 'lookup' | 'walk' | 'scan' | 'write';

/** What a process has done with its database since it started, for the operator's metrics. */
export interface StorageState {
  /** Statements that were run. */
  readonly statements: number;
  /** How much work waits for its turn now. */
  readonly waiting: Readonly<Record<Lane, number>>;
  /** How much work was refused since it would have waited too long, or behind too much of its tenant. */
  readonly refused: Readonly<Record<Lane, number>>;
  /** How much work was ended since it took longer than its budget; a lookup that goes on as a scan counts. */
  readonly overBudget: Readonly<Record<Lane, number>>;
}
