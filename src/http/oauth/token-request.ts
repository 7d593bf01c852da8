import { OAuthError } from '../../tenants/oauth/oauth-error.js';
import type { ClientProof } from '../../tenants/oauth/grant.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A request for an access token. */
export interface TokenRequest {
  readonly proof: ClientProof;
  readonly scope: string | undefined;
}

/**
 * Reads a request for an access token (RFC 6749 §4.4.2): the client proves who it is by Basic, in the form, or by an assertion.
 * @param authorization the header
 * @throws OAuthError for what is missing, comes twice, or is of another kind
 */
export function readTokenRequest(form: URLSearchParams, authorization: string | undefined): TokenRequest {
  const grantType = once(form, 'grant_type');
  if (grantType === undefined) throw invalidRequest('grant_type is missing; send client_credentials.');
  if (grantType !== 'client_credentials') {
    throw new OAuthError('unsupported_grant_type', 'The only grant_type here is client_credentials.');
  }
  const proofs = [basicProof(authorization, form), secretProof(form), assertionProof(form)].flatMap((one) =>
    one === undefined ? [] : [one],
  );
  const [proof] = proofs;
  if (proof === undefined) {
    throw new OAuthError(
      'invalid_client',
      'Send client_id and client_secret, by Basic authentication or in the form, or a client_assertion.',
    );
  }
  if (proofs.length > 1) throw invalidRequest('The client authenticates in more than one way; use one of them.');
  return { proof, scope: once(form, 'scope') };
}

const invalidRequest = (description: string): OAuthError => new OAuthError('invalid_request', description);

/** RFC 6749 §3.2: a parameter without a value counts as absent, and none may come twice. */
function once(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name);
  if (values.length > 1) throw invalidRequest(`${name} comes more than once.`);
  return values[0] === '' ? undefined : values[0];
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are put together. */
function basicProof(authorization: string | undefined, form: URLSearchParams): ClientProof | undefined {
  if (authorization === undefined) return undefined;
  const [, coded] = /^basic +([\w+/=-]+)$/iu.exec(authorization.trim()) ?? [];
  const [, clientId, secret] = /^([^:]*):(.*)$/su.exec(Buffer.from(coded ?? '', 'base64').toString('utf8')) ?? [];
  if (clientId === undefined || secret === undefined) {
    throw new OAuthError('invalid_client', 'The Authorization header must be Basic, with client_id and client_secret.');
  }
  const named = once(form, 'client_id');
  const decoded = formDecoded(clientId);
  if (named !== undefined && named !== decoded) {
    throw invalidRequest('client_id in the form is another one than in the Authorization header.');
  }
  return { kind: 'secret', clientId: decoded, secret: formDecoded(secret) };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function secretProof(form: URLSearchParams): ClientProof | undefined {
  const secret = once(form, 'client_secret');
  if (secret === undefined) return undefined;
  const clientId = once(form, 'client_id');
  if (clientId === undefined) throw invalidRequest('client_id is missing.');
  return { kind: 'secret', clientId, secret };
}

function assertionProof(form: URLSearchParams): ClientProof | undefined {
  const assertion = once(form, 'client_assertion');
  const type = once(form, 'client_assertion_type');
  if (assertion === undefined && type === undefined) return undefined;
  if (assertion === undefined || type !== ASSERTION_TYPE) {
    throw invalidRequest(`A client_assertion goes with client_assertion_type=${ASSERTION_TYPE}.`);
  }
  return { kind: 'assertion', clientId: once(form, 'client_id'), assertion };
}
