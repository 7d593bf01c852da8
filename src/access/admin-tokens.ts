import { isId } from '../model/id.js';
import { isAdminTokenLive, type AdminToken } from '../model/access/admin-token.js';
import { namesPerson } from '../model/access/person.js';
import { mayDo, type Role } from '../model/access/role.js';
import { conflict, forbidden, invalidValue, notFound, uniqueness } from '../protocol/scim-error.js';
import type { AdminTokenStore } from '../storage/admin-token-store.js';
import { createLastUsed, type OnError } from '../tenants/last-used.js';
import { tokenLabel } from '../tenants/names.js';
import { ADMIN_TOKEN_PREFIX, hashOf, isWellFormed, newSecretToken, type RandomBytes } from '../tenants/secret-token.js';
import { expiryOf } from '../tenants/tokens.js';

/** Admin tokens that are valid at a time. */
const MOST_TOKENS = 100;

/** Characters of a token that are kept in clear; 35 others keep it secret. */
const PREFIX_CHARACTERS = 8;

/** Who makes or revokes a token. */
export interface Actor {
  /** As the audit trail names them. */
  readonly name: string;
  readonly role: Role;
}

/** What an admin token is to be. */
interface AdminTokenRequest {
  readonly label: string;
  readonly role: Role;
  /** A point in time (RFC 3339) or a date; undefined for a token that is valid until it is revoked. */
  readonly expiresAt?: string | undefined;
}

/** An admin token just made. */
export interface MadeAdminToken {
  readonly token: AdminToken;
  /** The token itself, which exists nowhere else. */
  readonly secret: string;
}

/** The use cases of admin tokens. */
export interface AdminTokens {
  /**
   * @throws ScimError 400 `invalidValue` for a label or an expiry that cannot be, 403 for a role above that of whoever makes it,
   * 409 for a label that another token has or had, or where there are too many
   */
  create(request: AdminTokenRequest, by: Actor): Promise<MadeAdminToken>;
  /** All in the order in which they were made, expired and revoked ones included. */
  list(): Promise<readonly AdminToken[]>;
  /**
   * Revokes a token: from the next request on, it is refused in every process, and so are the sessions of the console that were
   * signed in with it.
   * @param evenLast revokes the last way in as well
   * @throws ScimError 404 where there is none, 409 for the last way in
   */
  revoke(id: string, by: Actor, evenLast?: boolean): Promise<AdminToken>;
  /** The valid token that this is; undefined for anything else. Notes its use. */
  find(secret: string): Promise<AdminToken | undefined>;
  /** Resolves when every write of a last use is done; call it before the storage is closed. */
  settled(): Promise<void>;
}

/** What the use cases need from outside. */
interface AdminTokenDependencies {
  readonly store: AdminTokenStore;
  readonly now: () => Date;
  /** A new UUIDv7 in lower case. */
  readonly newId: () => string;
  readonly randomBytes: RandomBytes;
  /** Told of errors in noting when a token was used; where it is undefined, that is not noted. */
  readonly onError?: OnError | undefined;
  /** Whether operators can sign in without any of these tokens, so that the last one may be revoked. */
  readonly hasOtherWay: boolean;
}

/** Makes the use cases; `AdminTokens` says what each promises. */
export function createAdminTokens(dependencies: AdminTokenDependencies): AdminTokens {
  const { store, now, newId, randomBytes, hasOtherWay, onError } = dependencies;
  const lastUsed = onError && createLastUsed(store, now, onError);
  return {
    create: async ({ label, role, expiresAt }, by) => {
      if (!mayDo(by.role, role))
        throw forbidden(`Your role is ${by.role}; a token of yours cannot have the role ${role}.`);
      const secret = newSecretToken(randomBytes, ADMIN_TOKEN_PREFIX);
      const made = now();
      const token: AdminToken = {
        id: newId(),
        label: ownLabel(label),
        role,
        prefix: secret.slice(ADMIN_TOKEN_PREFIX.length, ADMIN_TOKEN_PREFIX.length + PREFIX_CHARACTERS),
        created: made.toISOString(),
        createdBy: by.name,
        expiresAt: expiresAt === undefined ? undefined : expiryOf(expiresAt, made),
        lastUsed: undefined,
        revokedAt: undefined,
        revokedBy: undefined,
      };
      const stored = await store.insert(token, hashOf(secret), MOST_TOKENS);
      if (stored === 'taken')
        throw uniqueness(`Another admin token has or had the label ${token.label}. Choose another one.`);
      if (stored === 'full') throw conflict(TOO_MANY);
      return { token, secret };
    },
    list: () => store.list(),
    revoke: async (id, by, evenLast = false) => {
      const at = now().toISOString();
      const revoked = isId(id) ? await store.revoke(id, { name: by.name, at }, !hasOtherWay && !evenLast) : 'unknown';
      if (revoked === 'unknown') throw notFound('There is no admin token with that id. List them to find it.');
      if (revoked === 'last') throw conflict(LAST_WAY_IN);
      return revoked;
    },
    find: async (secret) => {
      if (!isWellFormed(secret, ADMIN_TOKEN_PREFIX)) return undefined;
      const token = await store.findByHash(hashOf(secret));
      if (token === undefined || !isAdminTokenLive(token, now().toISOString())) return undefined;
      lastUsed?.note(token.id);
      return token;
    },
    settled: async () => lastUsed?.settled(),
  };
}

/** The audit trail names people by it, so that it must not be empty. */
function ownLabel(text: string): string {
  const label = tokenLabel(text);
  if (label === '') throw invalidValue('The label is empty; name the person or the program that gets the token.');
  if (namesPerson(label)) throw invalidValue('The label ends in ids as Entra gives them to people; leave them out.');
  return label;
}

const TOO_MANY = `There are ${MOST_TOKENS} admin tokens that are valid, which is the most. Revoke one that nobody uses.`;

/** What keeps operators from shutting themselves out. */
const LAST_WAY_IN =
  'This is the last admin token with the role admin, and the server has no ADMIN_TOKEN: nobody could make another one. Make ' +
  'another one first, or revoke it on the command line with --even-last.';
