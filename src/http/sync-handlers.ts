import type { operations } from '../../generated/admin.js';
import type { Synchronisation } from '../sync/synchronisation.js';
import type { Handlers } from './operation.js';
import { syncHoldHandlers, type HoldOperations } from './sync-hold-handlers.js';
import { syncPlanHandlers, type PlanOperations } from './sync-plan-handlers.js';
import { syncPolicyHandlers, type PolicyOperations } from './sync-policy-handlers.js';
import { syncRunHandlers, type RunOperations } from './sync-run-handlers.js';

type SyncOperationName = HoldOperations | PlanOperations | PolicyOperations | RunOperations;
export type SyncOperations = Pick<operations, SyncOperationName>;

/** The handlers of openapi/admin.yaml for the manual step. */
export function syncHandlers(sync: Synchronisation): Handlers<SyncOperations> {
  return {
    ...syncPlanHandlers(sync),
    ...syncHoldHandlers(sync),
    ...syncRunHandlers(sync),
    ...syncPolicyHandlers(sync),
  };
}
