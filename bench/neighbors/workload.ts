/** A tenant that works as Entra does: it looks a user up again and again, and changes it now and then. */
export interface Worker {
  readonly token: string;
  readonly userName: string;
  readonly userId: string;
}

/** What a client process is told to do. */
export interface Workload {
  readonly port: number;
  readonly workers: readonly Worker[];
  /** Milliseconds from the beginning of one lookup to that of the next, and the same of writes. */
  readonly lookUpEvery: number;
  readonly writeEvery: number;
}

/** What one tenant met since it was asked last, in milliseconds. */
export interface Met {
  readonly lookUps: readonly number[];
  readonly writes: readonly number[];
  /** The answers that are no success, by their status; 0 where none came. */
  readonly refused: Readonly<Record<string, number>>;
}
