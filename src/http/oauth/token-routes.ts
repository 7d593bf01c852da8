import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from 'pino';
import { ScimError } from '../../protocol/scim-error.js';
import { OAuthError, type OAuthErrorCode } from '../../tenants/oauth/oauth-error.js';
import type { ClientCredentialsGrant, ClientProof, Granted } from '../../tenants/oauth/grant.js';
import { readForm } from '../form-body.js';
import { asScimError } from '../router/error-response.js';
import { notesOf } from '../traffic/exchange.js';
import type { Traffic } from '../traffic/traffic.js';
import { readTokenRequest } from './token-request.js';

/** Bytes of a request for an access token; an assertion is the longest part of it. */
const MOST_BYTES = 32_768;

/** No cache may store an answer that contains a token (RFC 6749 §5.1). */
const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

const STATUSES: Readonly<Record<OAuthErrorCode, number>> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_scope: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  temporarily_unavailable: 503,
  server_error: 500,
};

/** What the token endpoint needs. */
export interface TokenMount {
  readonly grant: ClientCredentialsGrant;
  readonly traffic: Pick<Traffic, 'attempt' | 'rates'>;
  readonly logger: Logger;
}

/** Serves `/oauth/token`, where clients get access tokens (RFC 6749 §3.2). */
export function tokenRoutes({ grant, traffic, logger }: TokenMount): RequestHandler {
  async function answer(request: Request, response: Response): Promise<Granted> {
    const { proof, scope } = readTokenRequest(await formOf(request), request.headers.authorization);
    const client = await traffic.attempt(keyOf(proof), request, isWrong, () => grant.authenticate(proof));
    notesOf(response).tenantId = client.tenant.id;
    traffic.rates.admit(client.tenant);
    return grant.issue(client, scope);
  }

  return Router().all('/oauth/token', (request, response) => {
    notesOf(response).operationId = 'oauthToken';
    if (request.method !== 'POST') {
      response
        .set({ ...NO_STORE, Allow: 'POST' })
        .status(405)
        .json(bodyOf('invalid_request', 'Ask for a token by POST.'));
      return;
    }
    answer(request, response).then(
      ({ accessToken, expiresIn, scopes }) => {
        const body = {
          access_token: accessToken,
          token_type: 'Bearer',
          expires_in: expiresIn,
          scope: scopes.join(' '),
        };
        response.set(NO_STORE).json(body);
      },
      (error: unknown) => {
        refuse(error, response, logger);
      },
    );
  });
}

const isWrong = (error: unknown): boolean => error instanceof OAuthError && error.code === 'invalid_client';

/** What attempts are told apart by: a secret that was good once is looked up however often the address fails with others. */
const keyOf = (proof: ClientProof): string =>
  proof.kind === 'secret' ? `${proof.clientId} ${proof.secret}` : `assertion ${proof.clientId ?? ''}`;

/** The error of RFC 6749 §5.2; one of our own is told by its status alone. */
function refuse(error: unknown, response: Response, logger: Logger): void {
  const notes = notesOf(response);
  if (error instanceof OAuthError) {
    notes.refusal = { scimType: undefined, detail: error.code, tokenFault: undefined };
    const challenge = error.code === 'invalid_client' ? { 'WWW-Authenticate': 'Basic realm="FlexWhere SCIM"' } : {};
    response
      .set({ ...NO_STORE, ...challenge })
      .status(STATUSES[error.code])
      .json(bodyOf(error.code, error.message));
    return;
  }
  const { status, headers, message, cause } = asScimError(error);
  const fault = error instanceof ScimError ? cause : error;
  if (fault !== undefined) logger.error({ requestId: notes.requestId, err: fault }, 'fault');
  response
    .set({ ...NO_STORE, ...headers })
    .status(status)
    .json(bodyOf(codeOf(status), message));
}

function codeOf(status: number): OAuthErrorCode {
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  return status >= 500 ? 'server_error' : 'invalid_request';
}

/** A description is printable ASCII without quotation marks and backslashes (RFC 6749 §5.2). */
const bodyOf = (error: OAuthErrorCode, description: string) => ({
  error,
  error_description: description.replaceAll(/["\\]/gu, "'").replaceAll(/[^\u0020-\u007E]/gu, '?'),
});

/** @throws OAuthError for another type; ScimError as `readForm` */
async function formOf(request: Request): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/iu.test(request.headers['content-type'] ?? '')) {
    throw new OAuthError('invalid_request', 'Send a form: Content-Type must be application/x-www-form-urlencoded.');
  }
  return readForm(request, MOST_BYTES);
}
