import type { Storage } from '../../storage/storage.js';
import type { Lookup } from '../lookup.js';
import type { Running } from '../run/running.js';
import { statusOf } from '../run/status.js';
import { findTarget } from '../review.js';
import type { Synchronization } from '../synchronization.js';
import { historyOf, idForHistory } from './history.js';
import { withStaleness } from './stale.js';

/** How many entries a page has where nobody says. */
const PAGE = 100;

/** What was done, by plans, by runs, by entries of the audit trail, and by whom it was done to. */
export function pastUseCases(
  { storage, now }: Pick<Running, 'now'> & { readonly storage: Storage },
  known: Lookup,
): Pick<Synchronization, 'plans' | 'getPlan' | 'runs' | 'audit' | 'latestAudit' | 'latestShrunk' | 'history'> {
  return {
    plans: async (tenantId, { before, limit = PAGE } = {}) => {
      await known.tenant(tenantId);
      const reader = storage.sync(tenantId);
      return withStaleness(reader, await reader.plans.latest(before, limit), now());
    },
    getPlan: async (tenantId, planId) => {
      const plan = await known.plan(tenantId, planId);
      const [shown = plan] = await withStaleness(storage.sync(tenantId), [plan], now());
      return shown;
    },
    runs: async (tenantId, { before, limit = PAGE } = {}) => {
      await known.tenant(tenantId);
      const reader = storage.sync(tenantId);
      const runs = await reader.runs.latest(before, limit);
      return Promise.all(runs.map((run) => statusOf(reader, run, now())));
    },
    audit: async (tenantId, { after, limit = PAGE } = {}) => {
      await known.tenant(tenantId);
      return storage.sync(tenantId).audit.page(after, limit);
    },
    latestAudit: async (tenantId, { before, limit = PAGE } = {}) => {
      await known.tenant(tenantId);
      return storage.sync(tenantId).audit.latest(before, limit);
    },
    latestShrunk: async (tenantId) => {
      await known.tenant(tenantId);
      return storage.sync(tenantId).plans.latestShrunk();
    },
    history: async (tenantId, named, { before, limit = PAGE } = {}) => {
      await known.tenant(tenantId);
      const reader = storage.sync(tenantId);
      const find = async (): Promise<string> =>
        (await findTarget(reader, named, (userName) => known.findUser(tenantId, userName))).resourceId;
      return historyOf(reader, await idForHistory(named, find), before, limit);
    },
  };
}
