import type { operations } from '../../../generated/admin.js';
import { alertJson } from '../../alerts/json.js';
import type { Storage } from '../../storage/storage.js';
import type { Handlers } from '../router/operation.js';
import { DEFAULT_LIMIT, idCursor } from './conflict.js';

/** The operations on alerts. */
export type AlertOperations = 'listAlerts';

/** The handlers for alerts. */
export function alertHandlers({ alerts }: Pick<Storage, 'alerts'>): Handlers<Pick<operations, AlertOperations>> {
  return {
    listAlerts: async ({ query: { limit = DEFAULT_LIMIT, after } }) => {
      const found = await alerts.list(idCursor(after), limit + 1);
      const page = found.slice(0, limit);
      const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
      return { status: 200, body: { alerts: page.map(alertJson), next } };
    },
  };
}
