import type { operations, SyncMirror, SyncPlan } from '../../../generated/admin.js';
import { mirrorJson, planJson } from '../../sync/json.js';
import type { Synchronization } from '../../sync/synchronization.js';
import { enteredBy } from '../authentication.js';
import type { Handlers } from '../router/operation.js';
import { orConflict } from './conflict.js';

/** The operations on the mirror. */
export type MirrorOperations = 'getSyncMirror' | 'verifySyncMirror' | 'adoptSyncMirror' | 'resetSyncMirror';

/** The handlers for the mirror: show, verify, adopt, reset. */
export function syncMirrorHandlers(sync: Synchronization): Handlers<Pick<operations, MirrorOperations>> {
  return {
    getSyncMirror: async ({ path: { tenantId } }) => {
      return { status: 200, body: mirrorJson(await sync.mirror(tenantId)) satisfies SyncMirror };
    },
    verifySyncMirror: async ({ path: { tenantId }, body: { by }, principal }) =>
      orConflict('noListing', async () => {
        const plan = planJson(await sync.verifyMirror(tenantId, by, enteredBy(principal))) satisfies SyncPlan;
        return { status: 201 as const, body: plan };
      }),
    adoptSyncMirror: async ({ path: { tenantId }, body: { by } }) =>
      orConflict('runActive', async () => {
        return { status: 200 as const, body: mirrorJson(await sync.adoptMirror(tenantId, by)) satisfies SyncMirror };
      }),
    resetSyncMirror: async ({ path: { tenantId }, body: { by } }) =>
      orConflict('runActive', async () => {
        return { status: 200 as const, body: mirrorJson(await sync.resetMirror(tenantId, by)) satisfies SyncMirror };
      }),
  };
}
