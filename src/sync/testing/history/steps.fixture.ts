import fc from 'fast-check';
import { type Mishap, MISHAPS } from './adverse-backend.fixture.js';
import { type StaffRequest, staffRequests } from './changing-staff.fixture.js';
import type { Death } from './mortal-storage.fixture.js';

/** What happens one after the other; a cycle plans and applies. */
export type Step =
  | { readonly kind: 'stage'; readonly requests: readonly StaffRequest[] }
  | {
      readonly kind: 'cycle' | 'undo';
      readonly mishaps: readonly Mishap[];
      readonly deaths: readonly Death[];
      readonly meanwhile: readonly StaffRequest[];
    }
  | { readonly kind: 'killedPlanning'; readonly death: Death }
  | { readonly kind: 'cancel'; readonly before: number }
  | { readonly kind: 'stale' | 'unanswered' | 'holdUpdates' }
  | { readonly kind: 'hold' | 'release'; readonly target: string }
  | { readonly kind: 'swap' };

const mishaps = fc.array(fc.constantFrom(...MISHAPS), { maxLength: 4 });
const death = fc.record({ writes: fc.nat(9), committed: fc.boolean() });
const deaths = fc.array(death, { maxLength: 2 });
const some = fc.array(staffRequests, { maxLength: 6 });

/** Any step. */
export const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('stage' as const), requests: some }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('cycle' as const), mishaps, deaths, meanwhile: some }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('undo' as const), mishaps, deaths, meanwhile: fc.constant([]) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('hold' as const, 'release' as const),
      target: fc.constantFrom('u0', 'u1', 'g0'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'swap' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('killedPlanning' as const), death }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), before: fc.nat(2) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('stale' as const, 'unanswered' as const, 'holdUpdates' as const),
    }),
  },
);
