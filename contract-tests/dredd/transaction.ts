/** One request of a Dredd run with what is expected of its answer, as far as our hooks read and write it. */
export interface Transaction {
  name: string;
  /** Must be unique within a run; failures are reported by it. */
  id: string;
  fullPath: string;
  readonly origin: { readonly resourceName: string };
  request: { method: string; headers: Record<string, string>; body: string };
  expected: { statusCode: string; headers: Record<string, string>; body?: string; bodySchema?: string };
  /** There once the answer has arrived. `body` is left out where it is empty. */
  real?: { statusCode: number; headers: Record<string, string>; body?: string };
  /** A reason to fail. Set before the request, the request is not sent. */
  fail?: string;
}

/** What a run does around its requests. An error thrown in one fails the transaction with its message. */
export interface Hooks {
  /** Returns the transactions to run, in order. */
  plan(compiled: readonly Transaction[]): readonly Transaction[];
  /** Completes a request just before it is sent. */
  prepare(transaction: Transaction): Promise<void> | void;
  /** Looks at the answer before Dredd does. Returns faults that Dredd cannot see. */
  inspect(transaction: Transaction, answer: NonNullable<Transaction['real']>): readonly string[];
}
