/** How many tenants are remembered. */
const REMEMBERED = 1_000;

/**
 * How long the units of work of each tenant take, as far as the latest ones tell: what a tenant's unit took counts for its
 * next one, half of it for the one after that, and so on, so that a long one is not hidden by a short one before it.
 */
export class UnitCosts {
  /** The least recently noted first. */
  readonly #costs = new Map<string, number>();

  /** How many milliseconds the next unit of a tenant must be expected to take; 0 where nothing is known. */
  of(tenantId: string): number {
    return this.#costs.get(tenantId) ?? 0;
  }

  /** Notes how many milliseconds a unit of a tenant has taken. */
  note(tenantId: string, milliseconds: number): void {
    this.#remember(tenantId, Math.max(milliseconds, this.of(tenantId) / 2));
  }

  /** Notes that the latest unit of a tenant has taken more. */
  add(tenantId: string, milliseconds: number): void {
    this.#remember(tenantId, this.of(tenantId) + milliseconds);
  }

  #remember(tenantId: string, expected: number): void {
    this.#costs.delete(tenantId);
    this.#costs.set(tenantId, expected);
    const [oldest] = this.#costs.size > REMEMBERED ? this.#costs.keys() : [];
    if (oldest !== undefined) this.#costs.delete(oldest);
  }
}
