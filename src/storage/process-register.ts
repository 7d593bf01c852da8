/** The server processes on one database: each says now and then that it is there, and what it does. */
export interface ProcessRegister {
  /** Notes by the database's clock that a process is there, with what it has to tell. */
  report(processId: string, report: string): Promise<void>;
  /** What the other processes told that have reported within so many seconds. */
  others(processId: string, seconds: number): Promise<readonly string[]>;
  /** Takes a process that ends out of the register. */
  leave(processId: string): Promise<void>;
}
