import { setImmediate } from 'node:timers/promises';
import type { StoredResource } from '../../model/resource.js';
import { bulkOrder, type Ordered } from '../../protocol/bulk/order.js';
import { referenceOf, referencesIn } from '../../protocol/bulk/references.js';
import { parseProjection } from '../../protocol/projection.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { ScimError } from '../../protocol/scim-error.js';
import { weakTag } from '../../protocol/version.js';
import { storedAs, type NewResource } from '../resources/create.js';
import { Representer } from '../resources/representation.js';
import type { Provisioning, TenantScope, WriteRequest } from '../scope.js';
import { changeOne, idOf } from './change.js';
import { createTogether, BulkIds, dependsOn } from './create.js';
import type { BulkOutcome, BulkStep, BulkChange, BulkCreate, BulkRefusal } from './step.js';

/** A bulk job (RFC 7644 §3.7). */
export interface BulkJob extends BulkObserver {
  readonly steps: readonly BulkStep[];
  /** After how many failures the rest is left undone; undefined: never. */
  readonly failOnErrors: number | undefined;
}

/**
 * Processes a bulk job: each operation as a whole or not at all, in an order that satisfies their references. Operations
 * that refer to each other in a circle are done together or not at all.
 * @returns the outcomes of the operations by their positions, without those that were not attempted (RFC 7644 §3.7.3)
 */
export async function runBulk(
  provisioning: Provisioning,
  scope: TenantScope,
  job: BulkJob,
): Promise<ReadonlyMap<number, BulkOutcome>> {
  const work = new BulkWork(provisioning, scope, job, job.steps);
  const outcomes = new Map<number, BulkOutcome>();
  let failures = 0;
  for (const positions of bulkOrder(job.steps.map(ordered))) {
    const done = await work.outcomes(positions.flatMap((position) => job.steps[position] ?? []));
    for (const [turn, position] of positions.entries()) {
      const outcome = done[turn];
      if (outcome !== undefined) outcomes.set(position, outcome);
      if (outcome?.error !== undefined) failures += 1;
    }
    if (failures >= (job.failOnErrors ?? Infinity)) break;
    // What fails before it reaches the database waits for nothing, and would hold up everybody else.
    await setImmediate();
  }
  return outcomes;
}

function ordered(step: BulkStep): Ordered {
  switch (step.kind) {
    case 'refused':
      return { creates: undefined, needs: new Set(), target: undefined };
    case 'create':
      return { creates: step.bulkId, needs: referencesIn(step.data), target: undefined };
    case 'replace':
    case 'patch':
    case 'delete': {
      const bulkId = referenceOf(step.id);
      const needs = new Set([...referencesIn(step.data), ...(bulkId === undefined ? [] : [bulkId])]);
      return { creates: undefined, needs, target: `${step.type}/${step.id}` };
    }
  }
}

/** Those who want to know what happens during a bulk job. */
interface BulkObserver {
  readonly onRules: WriteRequest['onRules'];
  /** Told about an internal error; returns what the operation is answered with. */
  readonly onFault: (error: unknown) => ScimError;
}

/** Works out the operations of one bulk job, and remembers which ids its bulkIds stand for. */
class BulkWork {
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

  /** One after the other, so that others come in between also where an entity tag needs no reading. */
  async #allDone(created: readonly NewResource[]): Promise<readonly BulkOutcome[]> {
    const outcomes: BulkOutcome[] = [];
    for (const one of created) {
      outcomes.push(await this.#done(201, this.#locationOf(one), storedAs(one)));
      await setImmediate();
    }
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
