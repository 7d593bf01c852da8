import type { Plan } from '../../model/plan.js';
import { conflict } from '../../protocol/scim-error.js';
import type { Storage } from '../../storage/storage.js';
import type { Lookup } from '../lookup.js';
import { countPlan, reviewOf } from '../plan-review/review-plan.js';
import type { Synchronization } from '../synchronization.js';
import { compareNumbers, comparisonOf, differingLines } from './compare.js';

/** What a plan has that another one does not. */
export function comparedPlans(storage: Storage, known: Lookup): Pick<Synchronization, 'compare'> {
  return {
    compare: async (tenantId, planId, otherId) => {
      for (const id of [planId, otherId]) await indexed(storage, known, tenantId, await known.wholePlan(tenantId, id));
      const reader = storage.sync(tenantId);
      const compared = await compareNumbers(reader, planId, otherId);
      return {
        comparison: await comparisonOf(reader, planId, otherId, compared),
        lines: (difference, page) =>
          differingLines(reader, difference === 'gone' ? otherId : planId, compared.numbers[difference], page),
      };
    },
  };
}

/** Ensures that the lines of a plan can be compared; those of a plan that an older version made are counted now. */
async function indexed(storage: Storage, known: Lookup, tenantId: string, plan: Plan): Promise<void> {
  if (plan.state === 'making') throw conflict('The plan is still being made. Try again when it is open.');
  const reader = storage.sync(tenantId);
  const { guard } = (await known.request(tenantId, '')).inForce.policy;
  const { lines } = await reviewOf(storage, tenantId, plan, guard);
  if (lines === 0 || (await reader.reviews.fingerprints(plan.id, 0, 1)).length > 0) return;
  const index = await countPlan(reader, plan, guard);
  await storage.writeSync(tenantId, (sync) => sync.reviews.put(plan.id, index));
}
