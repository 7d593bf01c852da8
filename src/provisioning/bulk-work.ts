import { parseProjection } from '../protocol/projection.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';
import { ScimError } from '../protocol/scim-error.js';
import { weakTag } from '../protocol/version.js';
import type { StoredResource } from '../storage/storage.js';
import { changeOne, idOf } from './bulk-change.js';
import { createTogether } from './bulk-create.js';
import { BulkIds, dependsOn } from './bulk-ids.js';
import type { BulkChange, BulkCreate, BulkOutcome, BulkRefusal, BulkStep } from './bulk-step.js';
import { storedAs, type NewResource } from './create-resource.js';
import { Representer } from './representation.js';
import type { Provisioning, TenantScope, WriteRequest } from './scope.js';

/** Those who want to know what happens during a bulk job. */
export interface BulkObserver {
  readonly onRules: WriteRequest['onRules'];
  /** Told of a fault of ours; returns what the operation is answered with. */
  readonly onFault: (error: unknown) => ScimError;
}

/** Works out the operations of one bulk job, and remembers which ids its bulkIds stand for. */
export class BulkWork {
  readonly #ids: BulkIds;

  constructor(
    readonly provisioning: Provisioning,
    readonly scope: TenantScope,
    readonly observer: BulkObserver,
    steps: readonly BulkStep[],
  ) {
    this.#ids = new BulkIds(steps.flatMap((step) => ('bulkId' in step ? (step.bulkId ?? []) : [])));
  }

  /** Works out one operation, or creates that refer to each other in a circle. */
  async outcomes(steps: readonly BulkStep[]): Promise<readonly BulkOutcome[]> {
    const creates = steps.filter((step) => step.kind === 'create');
    if (creates.length > 0) return this.#create(creates);
    const others = steps.filter((step) => step.kind !== 'create');
    return Promise.all(others.map((step) => this.#change(step)));
  }

  async #create(creates: readonly BulkCreate[]): Promise<readonly BulkOutcome[]> {
    const { provisioning, scope, observer } = this;
    const outcome = await createTogether(provisioning, scope, creates, this.#ids, observer.onRules);
    if (outcome.kind === 'created') return this.#allDone(outcome.resources);
    const blamed = this.#failed(outcome.cause);
    const dependent = this.#failed(dependsOn(creates[outcome.position]?.bulkId ?? ''));
    return creates.map((_create, position) => (position === outcome.position ? blamed : dependent));
  }

  /** One after the other, so that the reads of others come in between. */
  async #allDone(created: readonly NewResource[]): Promise<readonly BulkOutcome[]> {
    const outcomes: BulkOutcome[] = [];
    for (const one of created) outcomes.push(await this.#done(201, this.#locationOf(one), storedAs(one)));
    return outcomes;
  }

  async #change(step: BulkChange | BulkRefusal): Promise<BulkOutcome> {
    if (step.kind === 'refused') return this.#failed(step.error);
    try {
      return await this.#changeKnown({ ...step, id: idOf(step, this.#ids) });
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #changeKnown(change: BulkChange): Promise<BulkOutcome> {
    const location = this.#locationOf(change);
    try {
      const stored = await changeOne(this.provisioning, this.scope, change, this.#ids, this.observer.onRules);
      return await this.#done(statusOf(change), location, stored);
    } catch (error) {
      return { ...this.#failed(error), location };
    }
  }

  async #done(status: number, location: string, stored: StoredResource | undefined): Promise<BulkOutcome> {
    if (stored === undefined) return { status, location };
    return { status, location, version: await this.#tagOf(status, stored) };
  }

  #locationOf({ type, id }: { type: ResourceTypeName; id: string }): string {
    return `${this.provisioning.baseUrl}${this.scope.types[type].endpoint}/${encodeURIComponent(id)}`;
  }

  #failed(error: unknown): BulkOutcome {
    const known = error instanceof ScimError ? error : this.observer.onFault(error);
    return { status: known.status, error: known };
  }

  /**
   * The entity tag that a request of its own would be answered with. What is on disk is not reported as a failure when
   * the tag cannot be read: the version alone is one, too.
   */
  async #tagOf(status: number, stored: StoredResource): Promise<string> {
    if (status === 204) return weakTag(stored.version);
    const projection = parseProjection({}, this.scope.types[stored.type]);
    try {
      return (await new Representer(this.provisioning, this.scope, projection).one(stored)).tag;
    } catch (error) {
      this.observer.onFault(error);
      return weakTag(stored.version);
    }
  }
}

/** As a request of its own is answered: a group is not returned after PATCH, since it may have any number of members. */
function statusOf({ kind, type }: BulkChange): number {
  return kind === 'delete' || (kind === 'patch' && type === 'Group') ? 204 : 200;
}
