/** A request that was seen, with its answer. */
export interface Observed {
  readonly method: string;
  /** Relative to the Tenant URL, with its query, as it came. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly answer: { readonly status: number; readonly body: string };
}
