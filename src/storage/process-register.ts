/** The server processes on one database: each reports from time to time that it is running, and what it does. */
export interface ProcessRegister {
  /** Notes by the database's clock that a process is running, with its report. */
  report(processId: string, report: string): Promise<void>;
  /** The reports of the other processes from the last so many seconds. */
  others(processId: string, seconds: number): Promise<readonly string[]>;
  /** Removes a process that ends from the register. */
  leave(processId: string): Promise<void>;
}
