import { createHash } from 'node:crypto';
import type { Judgment } from './plan-of-statement.js';

/** How many statements' plans are remembered. */
const KEPT = 2000;

/** How long is remembered what may change as tables grow, in milliseconds. */
const PASSING_MS = 60_000;

interface Kept {
  readonly isLookUp: boolean;
  readonly until: number;
}

/** What the database said about the plans of statements, by their texts, which have no values; the oldest is forgotten first. */
export class PlanCache {
  readonly #kept = new Map<string, Kept>();
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns undefined if it is not known, or no longer. */
  get(statement: string): boolean | undefined {
    const kept = this.#kept.get(keyOf(statement));
    return kept === undefined || kept.until < this.#now() ? undefined : kept.isLookUp;
  }

  set(statement: string, { isLookUp, lasting }: Judgment): void {
    const key = keyOf(statement);
    this.#kept.delete(key);
    this.#kept.set(key, { isLookUp, until: lasting ? Infinity : this.#now() + PASSING_MS });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
  }
}

/** A statement may have many thousand characters. */
const keyOf = (statement: string): string => createHash('sha256').update(statement).digest('base64');
