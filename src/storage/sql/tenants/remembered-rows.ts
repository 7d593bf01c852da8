/** How many rows are remembered. */
const KEPT = 10_000;

/** The rows that were found last for a key; the one that was used least recently is forgotten first. */
export class RememberedRows<Row> {
  readonly #rows = new Map<string, Row>();

  get(key: string): Row | undefined {
    const row = this.#rows.get(key);
    if (row === undefined) return undefined;
    this.#rows.delete(key);
    this.#rows.set(key, row);
    return row;
  }

  /** @param row undefined where there is none any more */
  set(key: string, row: Row | undefined): void {
    this.#rows.delete(key);
    if (row === undefined) return;
    this.#rows.set(key, row);
    if (this.#rows.size <= KEPT) return;
    const [oldest = ''] = this.#rows.keys();
    this.#rows.delete(oldest);
  }
}
