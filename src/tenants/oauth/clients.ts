import { isId } from '../../model/id.js';
import type { CredentialProof, OAuthClient, OAuthCredential, TrustedIssuer } from '../../model/oauth/client.js';
import type { TokenScope } from '../../model/token.js';
import type { JsonObject } from '../../protocol/json.js';
import { invalidValue, notFound, conflict, type ScimError } from '../../protocol/scim-error.js';
import type { ClientWithCredentials, Stored } from '../../storage/oauth-store.js';
import type { TenancyDependencies } from '../dependencies.js';
import { tokenLabel } from '../names.js';
import { hashOf, newSecretToken } from '../secret-token.js';
import { expiryOf, withReading } from '../tokens.js';
import { checkedIssuer, checkedKey } from './registration.js';

/** OAuth clients that a tenant may have. */
const MOST_CLIENTS = 50;

/** Credentials that a client may have at a time. */
const MOST_CREDENTIALS = 10;

/** Hours for which the secrets of before stay valid when another one is made, unless somebody says. */
export const DEFAULT_OVERLAP = 24;

/** Thirty days. */
const LONGEST_OVERLAP = 720;

/** What a client is to be. */
interface ClientRequest {
  readonly label?: string | undefined;
  readonly scopes?: readonly TokenScope[] | undefined;
  /** When its first secret ends: a point in time (RFC 3339) or a date; undefined for one that ends when it is deleted. */
  readonly expiresAt?: string | undefined;
  /** Whether it gets a secret; one that signs assertions needs none. */
  readonly withSecret?: boolean | undefined;
  /** Whether it is to be the only one of its label; ScimError 409 where there is one. */
  readonly isOnlyOne?: boolean | undefined;
}

/** What a credential is to be: a secret that the server makes, a public key, or an issuer. */
export interface CredentialRequest {
  readonly label?: string | undefined;
  readonly expiresAt?: string | undefined;
  readonly proof:
    | { readonly kind: 'secret' }
    | { readonly kind: 'key'; readonly jwk: JsonObject }
    | ({ readonly kind: 'issuer' } & TrustedIssuer);
}

/** A credential just made. */
export interface MadeCredential {
  readonly credential: OAuthCredential;
  /** The client secret itself, which exists nowhere else; undefined where the credential is none. */
  readonly secret: string | undefined;
}

/** A client just made. */
export interface MadeClient extends ClientWithCredentials {
  readonly secret: string | undefined;
}

/** The use cases of OAuth clients. A tenant, client or credential that is unknown is ScimError 404 throughout. */
export interface OAuthClients {
  /** Where clients get access tokens: the same for every tenant. */
  readonly tokenUrl: string;
  /** @throws ScimError 400 `invalidValue` for a label, scopes or an expiry that cannot be, 409 where there are too many */
  create(tenantId: string, request: ClientRequest): Promise<MadeClient>;
  list(tenantId: string): Promise<readonly ClientWithCredentials[]>;
  get(tenantId: string, clientId: string): Promise<ClientWithCredentials>;
  /** Adds a credential; the others stay valid. @throws ScimError as `create`, and 400 for a key or issuer that cannot be */
  addCredential(tenantId: string, clientId: string, request: CredentialRequest): Promise<MadeCredential>;
  /**
   * Makes another secret; those of before end after the overlap, with the access tokens got by them.
   * @throws ScimError as `addCredential`, and 400 for hours that are not from 0 to 720
   */
  rotateSecret(tenantId: string, clientId: string, overlapHours?: number): Promise<MadeCredential>;
  /** Deletes a client with its credentials; its access tokens are refused from the next request on. */
  remove(tenantId: string, clientId: string): Promise<void>;
  /** Deletes a credential; the access tokens got by it are refused from the next request on. */
  removeCredential(tenantId: string, clientId: string, credentialId: string): Promise<void>;
}

/** Makes the use cases; `OAuthClients` says what each promises. */
export function oauthClientsOf(dependencies: TenancyDependencies): OAuthClients {
  const { oauth, now, newId, publicUrl } = dependencies;

  const make = (tenantId: string, clientId: string, request: CredentialRequest): Promise<MadeCredential> =>
    makeCredential(dependencies, tenantId, clientId, request);

  async function add(
    tenantId: string,
    clientId: string,
    request: CredentialRequest,
    endOthers?: string,
  ): Promise<MadeCredential> {
    if (!isId(clientId)) throw unknownClient();
    const made = await make(tenantId, clientId, request);
    checkStored(await oauth.insertCredential(made.credential, MOST_CREDENTIALS, endOthers), TOO_MANY_CREDENTIALS);
    return made;
  }

  return {
    tokenUrl: `${publicUrl}/oauth/token`,
    create: async (tenantId, { label = '', scopes, expiresAt, withSecret = true, isOnlyOne }) => {
      if (!withSecret && expiresAt !== undefined) throw invalidValue(NOTHING_EXPIRES);
      const client: OAuthClient = {
        id: newId(),
        tenantId,
        label: tokenLabel(label),
        scopes: withReading(scopes),
        created: now().toISOString(),
        lastUsed: undefined,
      };
      const made = withSecret
        ? await make(tenantId, client.id, { label, expiresAt, proof: { kind: 'secret' } })
        : undefined;
      checkStored(await oauth.insertClient(client, made?.credential, MOST_CLIENTS, isOnlyOne), TOO_MANY_CLIENTS);
      return { client, credentials: made === undefined ? [] : [made.credential], secret: made?.secret };
    },
    list: (tenantId) => oauth.listClients(tenantId),
    get: async (tenantId, clientId) => {
      const found = (await oauth.listClients(tenantId)).find(({ client }) => client.id === clientId);
      if (found === undefined) throw unknownClient();
      return found;
    },
    addCredential: (tenantId, clientId, request) => add(tenantId, clientId, request),
    rotateSecret: async (tenantId, clientId, overlapHours = DEFAULT_OVERLAP) => {
      if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > LONGEST_OVERLAP)
        throw invalidValue(OVERLAP);
      const endOthers = new Date(now().getTime() + overlapHours * 3_600_000).toISOString();
      return add(tenantId, clientId, { proof: { kind: 'secret' } }, endOthers);
    },
    remove: async (tenantId, clientId) => {
      if (!(await oauth.deleteClient(tenantId, clientId, now().toISOString()))) throw unknownClient();
    },
    removeCredential: async (tenantId, clientId, credentialId) => {
      const at = now().toISOString();
      if (!(await oauth.deleteCredential(tenantId, clientId, credentialId, at))) throw notFound(UNKNOWN_CREDENTIAL);
    },
  };
}

/** A credential that is not stored yet. @throws ScimError 400 for a label, an expiry, a key or an issuer that cannot be */
async function makeCredential(
  { now, newId, randomBytes, allowsPrivateIssuers = false }: TenancyDependencies,
  tenantId: string,
  clientId: string,
  request: CredentialRequest,
): Promise<MadeCredential> {
  const at = now();
  const secret = request.proof.kind === 'secret' ? newSecretToken(randomBytes) : undefined;
  const credential: OAuthCredential = {
    id: newId(),
    tenantId,
    clientId,
    label: tokenLabel(request.label ?? ''),
    proof:
      secret === undefined
        ? await proofOf(request.proof, allowsPrivateIssuers)
        : { kind: 'secret', hash: hashOf(secret) },
    created: at.toISOString(),
    expiresAt: request.expiresAt === undefined ? undefined : expiryOf(request.expiresAt, at),
    lastUsed: undefined,
  };
  return { credential, secret };
}

async function proofOf(proof: CredentialRequest['proof'], allowsPrivate: boolean): Promise<CredentialProof> {
  switch (proof.kind) {
    case 'key':
      return { kind: 'key', jwk: await checkedKey(proof.jwk) };
    case 'issuer':
      return { kind: 'issuer', ...checkedIssuer(proof, allowsPrivate) };
    case 'secret':
      throw invalidValue('A secret is made by the server.');
  }
}

function checkStored(stored: Stored, tooMany: string): void {
  if (stored === 'full') throw conflict(tooMany);
  if (stored === 'unknown') throw unknownClient();
}

const TOO_MANY_CLIENTS = `The tenant has ${MOST_CLIENTS} OAuth clients, which is the most. Delete one that nobody uses.`;
const TOO_MANY_CREDENTIALS = `The client has ${MOST_CREDENTIALS} credentials, which is the most. Delete one that nobody uses.`;
const OVERLAP = `The earlier secrets stay valid for 0 to ${LONGEST_OVERLAP} hours; name a whole number of hours.`;
const NOTHING_EXPIRES = 'Leave out the expiry: there is no secret that could expire.';
const UNKNOWN_CREDENTIAL =
  'The tenant has no such client, or the client no credential with that id. List the clients to find it.';

const unknownClient = (): ScimError =>
  notFound('The tenant has no OAuth client with that id. List its clients to find it.');
