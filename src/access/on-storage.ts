import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import type { Storage } from '../storage/storage.js';
import type { OnError } from '../tenants/last-used.js';
import { createAdminTokens, type AdminTokens } from './admin-tokens.js';

/**
 * The use cases of admin tokens, with the clock of this machine.
 * @param settings whether the server has an ADMIN_TOKEN
 * @param onError told of what goes wrong beside a request; without it, nobody notes when tokens are used
 */
export const adminTokensOn = (
  storage: Pick<Storage, 'adminTokens'>,
  settings: { readonly adminToken: string | undefined },
  onError?: OnError,
): AdminTokens =>
  createAdminTokens({
    ...{ store: storage.adminTokens, now: () => new Date(), newId: () => newId(), randomBytes, onError },
    hasOtherWay: settings.adminToken !== undefined,
  });
