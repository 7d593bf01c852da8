import { setImmediate } from 'node:timers/promises';
import { withReferences } from '../protocol/bulk/references.js';
import type { BulkIds } from './bulk-ids.js';
import type { BulkCreate } from './bulk-step.js';
import { addMembers, insertResource, newResource, type NewResource } from './create-resource.js';
import type { Provisioning, TenantScope, WriteRequest } from './scope.js';

/** What became of resources that refer to each other; `position` is that of the one to blame. */
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
