import { setImmediate } from 'node:timers/promises';
import { withReferences } from '../../protocol/bulk/references.js';
import { invalidValue, ScimError } from '../../protocol/scim-error.js';
import { addMembers, insertResource, newResource, type NewResource } from '../resources/create.js';
import type { Provisioning, TenantScope, WriteRequest } from '../scope.js';
import type { BulkCreate } from './step.js';

/** The outcome of creating resources that refer to each other; `position` is that of the one that failed. */
export type CreateOutcome =
  | { readonly kind: 'created'; readonly resources: readonly NewResource[] }
  | { readonly kind: 'failed'; readonly position: number; readonly cause: unknown };

/**
 * Creates resources that refer to each other, in one unit of work: all of them or none (RFC 7644 §3.7.1). Their ids are
 * chosen first, so that the references are no obstacle; members are added when all resources exist.
 */
export async function createTogether(
  provisioning: Provisioning,
  scope: TenantScope,
  creates: readonly BulkCreate[],
  ids: BulkIds,
  onRules: WriteRequest['onRules'],
): Promise<CreateOutcome> {
  const coming = new Map(creates.map(({ bulkId }) => [bulkId, provisioning.newId()]));
  const make = async ({ bulkId, type, data, accept }: BulkCreate): Promise<NewResource> => {
    // A long circle is not to hold up everybody else.
    await setImmediate();
    const body = accept(withReferences(data, (needed) => ids.resolve(needed, coming)));
    return newResource(provisioning, scope, { type, body, onRules }, coming.get(bulkId));
  };
  const turns = new Turns();
  try {
    const resources = await turns.each(creates, make);
    await provisioning.storage.write(
      scope.tenant.id,
      async (directory) => {
        await turns.each(resources, (one) => insertResource(directory, one));
        await turns.each(resources, (one) => addMembers(directory, one));
      },
      scope.tenant.schemas.revision,
    );
    ids.learn(coming);
    return { kind: 'created', resources };
  } catch (error) {
    return { kind: 'failed', position: turns.position, cause: error };
  }
}

/** Works things out one after the other, and knows at which it broke off. */
class Turns {
  position = 0;

  async each<T, R>(items: readonly T[], work: (item: T) => R | Promise<R>): Promise<readonly R[]> {
    const results: R[] = [];
    for (const [position, item] of items.entries()) {
      this.position = position;
      results.push(await work(item));
    }
    return results;
  }
}

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
    `The operation with the bulkId ${shown(bulkId)}, to which this one refers, failed. Fix that one, then send both again.`,
  );
}

function unknownBulkId(bulkId: string): ScimError {
  return invalidValue(`No POST operation of the request has the bulkId ${shown(bulkId)}; refer to one that it has.`);
}

const shown = (bulkId: string): string => JSON.stringify(bulkId.slice(0, 100));
