import { invalidValue, ScimError } from '../protocol/scim-error.js';

/** What the bulkIds of a job stand for, as far as the resources exist. */
export class BulkIds {
  readonly #declared: ReadonlySet<string>;
  readonly #ids = new Map<string, string>();

  /** @param declared the bulkIds of all operations that create something */
  constructor(declared: Iterable<string>) {
    this.#declared = new Set(declared);
  }

  /** Notes which ids new resources have. */
  learn(ids: ReadonlyMap<string, string>): void {
    for (const [bulkId, id] of ids) this.#ids.set(bulkId, id);
  }

  /**
   * The id that a bulkId stands for.
   * @param coming the ids of resources that are being created together with the one that refers to them
   * @throws ScimError 400 `invalidValue` when no operation creates such a resource, 409 when the one that should failed.
   */
  resolve(bulkId: string, coming: ReadonlyMap<string, string> = new Map()): string {
    const id = this.#ids.get(bulkId) ?? coming.get(bulkId);
    if (id !== undefined) return id;
    throw this.#declared.has(bulkId) ? dependsOn(bulkId) : unknownBulkId(bulkId);
  }
}

/** 409 for an operation that refers to a resource which was not created. */
export function dependsOn(bulkId: string): ScimError {
  return new ScimError(
    409,
    `The operation with the bulkId ${shown(bulkId)}, to which this one refers, failed. Mend that one, then send both again.`,
  );
}

function unknownBulkId(bulkId: string): ScimError {
  return invalidValue(`No POST operation of the request has the bulkId ${shown(bulkId)}; refer to one that it has.`);
}

const shown = (bulkId: string): string => JSON.stringify(bulkId.slice(0, 100));
