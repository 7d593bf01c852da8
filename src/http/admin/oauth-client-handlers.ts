import type { AddOAuthCredentialRequest, operations } from '../../../generated/admin.js';
import type { JsonObject } from '../../protocol/json.js';
import { invalidValue } from '../../protocol/scim-error.js';
import { clientJson, madeClientJson, madeCredentialJson } from '../../tenants/oauth/client-json.js';
import type { CredentialRequest, MadeCredential } from '../../tenants/oauth/clients.js';
import type { Tenancy } from '../../tenants/tenants.js';
import type { Handlers } from '../router/operation.js';

/** The operations on OAuth clients. */
export type OAuthClientOperations =
  'listOAuthClients' | 'createOAuthClient' | 'deleteOAuthClient' | 'addOAuthCredential' | 'deleteOAuthCredential';

/** An answer with a client secret stays in no cache (RFC 6749 §5.1). */
const NO_STORE = { 'Cache-Control': 'no-store' };

/** The handlers for OAuth clients: list, create, delete, and how each proves who it is. */
export function oauthClientHandlers({
  oauthClients,
}: Pick<Tenancy, 'oauthClients'>): Handlers<Pick<operations, OAuthClientOperations>> {
  return {
    listOAuthClients: async ({ path: { tenantId } }) => {
      return { status: 200, body: { clients: (await oauthClients.list(tenantId)).map(clientJson) } };
    },
    createOAuthClient: async ({ path: { tenantId }, body: { expiresAt, ...request } }) => {
      const made = await oauthClients.create(tenantId, { ...request, expiresAt: expiresAt ?? undefined });
      return { status: 201, headers: NO_STORE, body: madeClientJson(made, oauthClients.tokenUrl) };
    },
    deleteOAuthClient: async ({ path: { tenantId, clientId } }) => {
      await oauthClients.remove(tenantId, clientId);
      return { status: 204 };
    },
    addOAuthCredential: async ({ path: { tenantId, clientId }, body }) => {
      return {
        status: 201,
        headers: NO_STORE,
        body: madeCredentialJson(await added(oauthClients, tenantId, clientId, body)),
      };
    },
    deleteOAuthCredential: async ({ path: { tenantId, clientId, credentialId } }) => {
      await oauthClients.removeCredential(tenantId, clientId, credentialId);
      return { status: 204 };
    },
  };
}

/** @throws ScimError 400 `invalidValue` unless the body has what its kind takes, and nothing else */
function added(
  clients: Tenancy['oauthClients'],
  tenantId: string,
  clientId: string,
  { kind, label, expiresAt, overlapHours, jwk, issuer }: AddOAuthCredentialRequest,
): Promise<MadeCredential> {
  if ((kind === 'key') !== (jwk !== undefined) || (kind === 'issuer') !== (issuer !== undefined))
    throw invalidValue(
      'Send "jwk" with the kind "key" and with no other, and "issuer" with the kind "issuer" and with no other.',
    );
  if (overlapHours !== undefined) {
    if (kind !== 'secret' || label !== undefined || expiresAt !== undefined)
      throw invalidValue(
        '"overlapHours" is for another secret, which takes neither "label" nor "expiresAt" beside it.',
      );
    return clients.rotateSecret(tenantId, clientId, overlapHours);
  }
  const proof: CredentialRequest['proof'] =
    issuer !== undefined
      ? { kind: 'issuer', ...issuer }
      : jwk !== undefined
        ? { kind: 'key', jwk: jwk as JsonObject }
        : { kind: 'secret' };
  return clients.addCredential(tenantId, clientId, { label, expiresAt: expiresAt ?? undefined, proof });
}
