import { conflict } from '../../protocol/scim-error.js';
import type { Storage } from '../../storage/storage.js';
import type { Lookup } from '../lookup.js';
import type { Synchronization } from '../synchronization.js';
import { guardReasons } from './guard.js';
import { groupsOf, needsIndex } from './read-groups.js';
import { reviewOf } from './review-plan.js';
import { needsSecondPerson } from './second-person.js';
import { sampleOf } from './sample.js';

/** How many entries a page has where nobody says. */
const PAGE = 100;

/** What a plan comes to, from whole to line. */
export function reviewedPlan(
  storage: Storage,
  known: Lookup,
): Pick<Synchronization, 'review' | 'guard' | 'secondPerson' | 'groups' | 'lines' | 'sample'> {
  const review: Synchronization['review'] = async (tenantId, planId) => {
    const plan = await known.wholePlan(tenantId, planId);
    if (plan.state === 'making') throw conflict('The plan is still being made. Try again when it is open.');
    const { inForce } = await known.request(tenantId, '');
    return reviewOf(storage, tenantId, plan, inForce.policy.guard);
  };
  return {
    review,
    guard: async (tenantId, planId) => {
      const [plan, { inForce }] = await Promise.all([known.plan(tenantId, planId), known.request(tenantId, '')]);
      return guardReasons(plan, await review(tenantId, planId), inForce.policy.guard);
    },
    secondPerson: async (tenantId, planId) => {
      const [plan, { inForce }] = await Promise.all([known.plan(tenantId, planId), known.request(tenantId, '')]);
      return needsSecondPerson(plan, await review(tenantId, planId), inForce.policy);
    },
    groups: async (tenantId, planId, { after, limit = PAGE } = {}) => {
      await review(tenantId, planId);
      return groupsOf(storage.sync(tenantId), planId, after, limit);
    },
    lines: async (tenantId, planId, { after = 0, limit = PAGE, ...selection } = {}) => {
      await (needsIndex(selection) ? review(tenantId, planId) : known.wholePlan(tenantId, planId));
      return storage.sync(tenantId).lines.page(planId, after, limit, selection);
    },
    sample: async (tenantId, planId, { count, seed, ...selection }) => {
      await review(tenantId, planId);
      return sampleOf(storage.sync(tenantId), planId, { count, seed }, selection);
    },
  };
}
