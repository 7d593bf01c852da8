import { accountLine, deleteLine, newAccount } from '../lines.js';
import { has } from '../lookup.js';
import { PLACES } from '../places.js';
import type { CheckSession } from '../session.js';

/** Whether one company's SCIM ids and userNames are nothing to another one. */
export async function checkTenants(session: CheckSession): Promise<void> {
  const { otherTenantId } = session;
  if (otherTenantId === undefined) return;
  const account = newAccount(session);
  session.remember('account', account.scimId, otherTenantId);
  await session.deliver(session.keyed([accountLine('create', account)]));
  if ((await has(session, account, otherTenantId)) === true) {
    session.found(PLACES.tenant, 'An account of one tenant was found for another tenant.');
  }
  const what = 'A create with the scimId and userName that an account of another tenant has';
  const other = { tenantId: otherTenantId };
  await session.expect('applied', what, PLACES.tenant, [accountLine('create', account)], other);
  await session.deliver(session.keyed([deleteLine('account', account.scimId)]), other);
  if ((await has(session, account)) === false) {
    session.found(PLACES.tenant, 'A delete in one tenant deleted the account of another tenant.');
  }
}
