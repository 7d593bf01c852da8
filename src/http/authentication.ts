import type { IncomingMessage } from 'node:http';
import { namesPerson } from '../model/access/person.js';
import { mayDo, type Role } from '../model/access/role.js';
import type { Tenant } from '../model/tenant.js';
import type { TokenProof, TokenScope } from '../model/token.js';
import type { JsonObject } from '../protocol/json.js';
import { forbidden, invalidValue, ScimError, unauthorized } from '../protocol/scim-error.js';

/** Who sent a request. */
export type Principal =
  | {
      readonly kind: 'tenant';
      readonly tenant: Tenant;
      /** What the token may do. */
      readonly scopes: readonly TokenScope[];
      /** Where the token was remembered: what is still to be proven before anything is done or told. */
      readonly proof?: TokenProof;
    }
  | {
      readonly kind: 'operator';
      readonly role: Role;
      /** The label of the admin token, by which the audit trail names who did something; none for the ADMIN_TOKEN. */
      readonly name: string | undefined;
    };

/** Whose share of the server a request takes: each tenant has one, and all operators together. */
export const ownerOf = (principal: Principal): string =>
  principal.kind === 'tenant' ? principal.tenant.id : 'operator';

/**
 * Identifies the sender by the secret.
 * @throws ScimError 401 for an unknown secret, 403 if the tenant is disabled
 */
export type Authenticate = (secret: string) => Promise<Principal>;

/**
 * Finds out who sent a request with that secret.
 * @throws ScimError as `Authenticate` does; 429 where too many failed from the address.
 */
export type AuthenticateRequest = (secret: string, request: IncomingMessage) => Promise<Principal>;

/**
 * Remembers who the secret belongs to; undefined where it has to be looked up. What the operation does must prove it, or throw
 * StaleProof before anything is done.
 */
export type RecallPrincipal = (secret: string, operationId: string) => Promise<Principal | undefined>;

/** Whether something is still to be proven of who sent a request. */
export const isUnproven = (principal: Principal): boolean =>
  principal.kind === 'tenant' && principal.proof?.isProven === false;

/**
 * Refuses a token that may not do what an operation does (RFC 6750 §3.1).
 * @param needed the scope that the document gives the operation
 * @throws ScimError 403 whose challenge names the scope
 */
export function checkScope(principal: Principal, needed: string): void {
  if (principal.kind !== 'tenant') return;
  if (principal.scopes.some((scope) => scope === needed)) return;
  throw new ScimError(403, READ_ONLY, {
    headers: { 'WWW-Authenticate': `Bearer realm="FlexWhere SCIM", error="insufficient_scope", scope="${needed}"` },
  });
}

/**
 * Refuses an operator who may not do what an operation does.
 * @param needed the role that the document gives the operation
 * @throws ScimError 403 that names both roles
 */
export function checkRole(principal: Principal, needed: Role): void {
  if (principal.kind !== 'operator' || mayDo(principal.role, needed)) return;
  throw forbidden(
    `The role of this admin token is ${principal.role}; this takes the role ${needed}. Use a token with that role.`,
  );
}

/**
 * The body of an operator's request with the name that counts: whoever has a token of their own cannot act in the name of others.
 * Several people may share the ADMIN_TOKEN, so whoever sends it says who they are, but not that they are a person whom Entra signed in.
 * @throws ScimError 400 `invalidValue` for the name of such a person
 */
export function inOwnName(body: JsonObject, principal: Principal): JsonObject {
  const { by } = body;
  if (principal.kind !== 'operator' || by === undefined) return body;
  if (principal.name !== undefined) return { ...body, by: principal.name };
  if (typeof by !== 'string' || !namesPerson(by)) return body;
  throw invalidValue('"by" ends in ids as Entra gives them to people, who act by the console; leave them out.');
}

/** How an operator came in: whoever sends the ADMIN_TOKEN is nobody in particular. */
export const enteredBy = (principal: Principal): { readonly sharedToken: boolean } => ({
  sharedToken: principal.kind === 'operator' && principal.name === undefined,
});

const READ_ONLY =
  'This token may only read; what you sent takes the scope scim.write. Enter a token in Entra that may write; ask FlexWhere for one.';

const NO_SECRETS = new Set(['', 'null', 'undefined']);

/**
 * The secret of a request: in the Authorization header or, if the operation allows it, in the query parameter
 * `access_token` (RFC 6750 §2.1 and §2.3).
 * @throws ScimError 400 if it is sent in both ways or twice, 401 if it is missing
 */
export function secretOf(request: IncomingMessage, query: URLSearchParams, queryAllowed: boolean): string {
  const header = request.headers.authorization;
  const inQuery = query.getAll('access_token');
  if (inQuery.length > 1 || (inQuery.length === 1 && header !== undefined)) {
    throw new ScimError(400, 'Send the secret token once: in the Authorization header or as access_token, not both.', {
      scimType: 'invalidSyntax',
      tokenFault: 'twice',
      headers: { 'WWW-Authenticate': 'Bearer realm="FlexWhere SCIM", error="invalid_request"' },
    });
  }
  const [parameter] = inQuery;
  if (parameter !== undefined && !queryAllowed) {
    throw unauthorized(
      'The query parameter access_token works only for GET requests below the Tenant URL; send the Authorization header.',
      'malformed',
    );
  }
  const secret = parameter ?? bearer(header);
  if (secret === undefined) {
    throw unauthorized(
      'Send the secret token in the header "Authorization: Bearer <secret token>".',
      header === undefined ? 'absent' : 'malformed',
    );
  }
  if (NO_SECRETS.has(secret)) throw unauthorized('The secret token is empty; enter it in Entra again.', 'malformed');
  return withoutScheme(secret);
}

/** Entra adds the word Bearer itself, so an administrator who enters it along with the token sends it twice. */
function withoutScheme(secret: string): string {
  if (!/^bearer(?:\s|$)/iu.test(secret)) return secret;
  throw unauthorized(
    'The word Bearer comes twice; leave out the word Bearer where you enter the token, and enter the token alone.',
    'malformed',
  );
}

function bearer(header: string | undefined): string | undefined {
  if (header?.slice(0, 6).toLowerCase() !== 'bearer') return undefined;
  const rest = header.slice(6);
  return rest === '' || rest.startsWith(' ') ? rest.trim() : undefined;
}
