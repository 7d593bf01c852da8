import { setImmediate } from 'node:timers/promises';
import { bulkOrder, type Ordered } from '../protocol/bulk/order.js';
import { referenceOf, referencesIn } from '../protocol/bulk/references.js';
import type { BulkOutcome, BulkStep } from './bulk-step.js';
import { BulkWork, type BulkObserver } from './bulk-work.js';
import type { Provisioning, TenantScope } from './scope.js';

/** A bulk job (RFC 7644 §3.7). */
export interface BulkJob extends BulkObserver {
  readonly steps: readonly BulkStep[];
  /** After how many failures the rest is left undone; undefined: never. */
  readonly failOnErrors: number | undefined;
}

/**
 * Works a bulk job out: each operation as a whole or not at all, in an order that satisfies their references. Operations
 * that refer to each other in a circle are done together or not at all.
 * @returns what became of the operations, by their positions, without those that were left undone (RFC 7644 §3.7.3)
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
