import type { operations, SetupLinkState } from '../../../generated/admin.js';
import type { SetupLink } from '../../storage/setup-link-store.js';
import type { Tenancy } from '../../tenants/tenants.js';
import type { Handlers } from '../router/operation.js';

/** The operations on the links to setup pages. */
export type SetupLinkOperations = 'makeSetupLink' | 'getSetupLink' | 'renewSetupLink' | 'revokeSetupLink';

/** The handlers for the links to setup pages. */
export function setupLinkHandlers({
  setupLinks,
}: Pick<Tenancy, 'setupLinks'>): Handlers<Pick<operations, SetupLinkOperations>> {
  return {
    makeSetupLink: async ({ path: { tenantId }, body: { days } }) => {
      const made = await setupLinks.make(tenantId, days);
      // The address is a secret: whoever has it can show themselves a secret token.
      return { status: 201, headers: { 'Cache-Control': 'no-store' }, body: { ...made } };
    },
    getSetupLink: async ({ path: { tenantId } }) => ({ status: 200, body: stateOf(await setupLinks.find(tenantId)) }),
    renewSetupLink: async ({ path: { tenantId }, body: { days } }) => ({
      status: 200,
      body: stateOf(await setupLinks.renew(tenantId, days)),
    }),
    revokeSetupLink: async ({ path: { tenantId } }) => {
      await setupLinks.revoke(tenantId);
      return { status: 204 };
    },
  };
}

const stateOf = ({ created, expires, opened, ticks }: SetupLink): SetupLinkState => ({
  ...{ created, expires, opened: opened ?? null },
  done: Object.keys(ticks).map(Number),
});
