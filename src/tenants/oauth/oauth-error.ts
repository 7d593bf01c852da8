/** The error codes of RFC 6749 §5.2, and that of its §4.1.2.1 for what may succeed later. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable'
  | 'server_error';

/** What the token endpoint refuses a request with; the message is the `error_description`, which repeats no secret. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, description: string) {
    super(description);
    this.name = 'OAuthError';
    this.code = code;
  }
}

/** What a client is refused with that has not proven who it is. */
export const invalidClient = (description: string): OAuthError => new OAuthError('invalid_client', description);
