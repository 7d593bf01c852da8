import { createHash } from 'node:crypto';
import type { JsonValue } from '../../protocol/json.js';
import type { PlanLine, TrackedLine } from '../../storage/sync-model.js';

/** What has become of a line: no part of what a person reviews and a run delivers. */
const TRACKING: Readonly<Record<Exclude<keyof TrackedLine, keyof PlanLine>, true>> = {
  state: true,
  confirmedBy: true,
  detail: true,
};

/** The digest of a plan: SHA-256 over its lines in their order, in hexadecimal. Plans with the same lines have the same one. */
export class PlanDigest {
  readonly #hash = createHash('sha256');

  add(line: PlanLine): void {
    const frozen = Object.entries(line).filter(([name]) => !Object.hasOwn(TRACKING, name));
    this.#hash.update(`${JSON.stringify(sorted(Object.fromEntries(frozen)))}\n`);
  }

  /** Ends the digest; nothing can be added any more. */
  hex(): string {
    return this.#hash.digest('hex');
  }
}

/** Databases may give the members of an object in another order than they were given. */
function sorted(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .filter(([, held]) => held !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, held]) => [name, sorted(held)]);
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
