import type { operations, SyncHold, SyncHoldList } from '../../generated/admin.js';
import { holdJson } from '../sync/json/hold-json.js';
import { namedTarget, releaseNamed } from '../sync/named-target.js';
import { readPage } from '../sync/pages.js';
import type { Synchronisation } from '../sync/synchronisation.js';
import type { Handlers } from './operation.js';
import { DEFAULT_LIMIT, holdCursor, holdCursorText } from './sync-cursor.js';

export type HoldOperations = 'listSyncHolds' | 'putSyncHold' | 'releaseSyncHold';

export function syncHoldHandlers(sync: Synchronisation): Handlers<Pick<operations, HoldOperations>> {
  return {
    listSyncHolds: async ({ path: { tenantId }, query: { limit = DEFAULT_LIMIT, after } }) => {
      const from = holdCursor(after);
      const { items, next = null } = await readPage(
        (most) => sync.holds(tenantId, { limit: most, ...(from === undefined ? {} : { after: from }) }),
        limit,
        holdCursorText,
      );
      return { status: 200, body: { holds: items.map(holdJson), next } satisfies SyncHoldList };
    },
    putSyncHold: async ({ path: { tenantId }, body: { by, reason, ...named } }) => {
      const hold = await sync.hold(tenantId, await namedTarget(sync, tenantId, named), { by, reason });
      return { status: 200, body: holdJson(hold) satisfies SyncHold };
    },
    releaseSyncHold: async ({ path: { tenantId }, body }) => {
      await releaseNamed(sync, tenantId, body);
      return { status: 204 };
    },
  };
}
