/** What tenants wait for, each in its own order; tenants take turns, so that one that wants much holds up itself only. */
export class TenantTurns<Item> {
  /** In the order of the turns: who has had one goes behind the others. */
  readonly #waiting = new Map<string, Item[]>();

  add(tenantId: string, item: Item): void {
    const items = this.#waiting.get(tenantId);
    if (items === undefined) this.#waiting.set(tenantId, [item]);
    else items.push(item);
  }

  /** Takes what is next out of the queue. */
  next(): Item | undefined {
    for (const [tenantId, items] of this.#waiting) {
      this.#waiting.delete(tenantId);
      const item = items.shift();
      if (items.length > 0) this.#waiting.set(tenantId, items);
      return item;
    }
    return undefined;
  }

  /** Takes as much as there is, `limit` at most. */
  nextOnes(limit: number): readonly Item[] {
    const taken: Item[] = [];
    while (taken.length < limit) {
      const item = this.next();
      if (item === undefined) break;
      taken.push(item);
    }
    return taken;
  }

  /** Takes out what no longer waits. */
  remove(tenantId: string, gone: Item): void {
    const items = (this.#waiting.get(tenantId) ?? []).filter((item) => item !== gone);
    if (items.length > 0) this.#waiting.set(tenantId, items);
    else this.#waiting.delete(tenantId);
  }
}
