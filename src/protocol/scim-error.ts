import type { JsonObject } from './json.js';

/** The schema URN of a SCIM error message (RFC 7644 §3.12). */
export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** The error keywords of RFC 7644 §3.12, table 9, and of RFC 9865 §2.1 for cursors. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'invalidCount';

/** Why a request was refused, as the log says it; `twice` goes with a 400, the others with a 401. */
export type TokenFault = 'absent' | 'malformed' | 'mistyped' | 'unknown' | 'expired' | 'revoked' | 'twice';

/** What an error is about: an attribute by the name that a client knows, and perhaps the one value of it. */
export interface About {
  readonly attribute: string;
  readonly value?: string;
}

/**
 * The one error that a client sees: thrown where a rule is broken, rendered in one place (http/error-response.ts).
 * `detail` tells the sender what to change; it never repeats a secret token.
 */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  /** Response headers that belong to the error, such as WWW-Authenticate or Allow. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is wrong with the token, for the log. */
  readonly tokenFault: TokenFault | undefined;
  /** Where in the body it stands, as far as that is known; the detail begins with it. */
  readonly place: string | undefined;
  /** What it is about, so that its place can be looked up in the body. */
  readonly about: About | undefined;
  readonly #sentence: string;

  constructor(
    status: number,
    detail: string,
    options: {
      scimType?: ScimType;
      headers?: Readonly<Record<string, string>>;
      tokenFault?: TokenFault;
      place?: string;
      about?: About;
      cause?: unknown;
    } = {},
  ) {
    super(
      options.place === undefined ? detail : `In "${options.place}": ${detail}`,
      'cause' in options ? { cause: options.cause } : {},
    );
    this.name = 'ScimError';
    this.status = status;
    this.scimType = options.scimType;
    this.headers = options.headers ?? {};
    this.tokenFault = options.tokenFault;
    this.place = options.place;
    this.about = options.about;
    this.#sentence = detail;
  }

  /**
   * The same error, whose detail begins with the place that it is about, as in `In "Operations[2].value": …`.
   * @param place around the place that it has so far: `emails[0]` in `Operations[2].value` makes `Operations[2].value.emails[0]`
   */
  in(place: string): ScimError {
    const { status, scimType, headers, tokenFault, cause } = this;
    return new ScimError(status, this.#sentence, {
      headers,
      place: this.place === undefined ? place : joined(place, this.place),
      ...(scimType === undefined ? {} : { scimType }),
      ...(tokenFault === undefined ? {} : { tokenFault }),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  /** The message body of RFC 7644 §3.12; `status` is a string there. */
  toJSON(): JsonObject {
    return {
      schemas: [ERROR_SCHEMA],
      status: String(this.status),
      ...(this.scimType === undefined ? {} : { scimType: this.scimType }),
      detail: this.message,
    };
  }
}

/** A place in another: attributes of an extension follow its URN after a colon. */
function joined(outer: string, inner: string): string {
  if (inner.startsWith('[')) return outer + inner;
  return outer.startsWith('urn:') ? `${outer}:${inner}` : `${outer}.${inner}`;
}

/** 400 `invalidFilter`: the filter does not follow RFC 7644 §3.4.2.2, or compares what cannot be compared. */
export const invalidFilter = (detail: string): ScimError => new ScimError(400, detail, { scimType: 'invalidFilter' });

/** 400 `invalidSyntax`: the body is not JSON or not the message that the operation takes. */
export const invalidSyntax = (detail: string): ScimError => new ScimError(400, detail, { scimType: 'invalidSyntax' });

/** 400 `invalidValue`: a required value is missing, or a value does not fit its attribute. */
export const invalidValue = (detail: string, about?: About): ScimError =>
  new ScimError(400, detail, { scimType: 'invalidValue', ...(about && { about }) });

/** 400 `invalidPath`: the path of a PATCH operation cannot be parsed (RFC 7644 §3.5.2). */
export const invalidPath = (detail: string): ScimError => new ScimError(400, detail, { scimType: 'invalidPath' });

/** 400 `noTarget`: the path of a PATCH operation names nothing that could be changed (RFC 7644 §3.5.2). */
export const noTarget = (detail: string): ScimError => new ScimError(400, detail, { scimType: 'noTarget' });

/** 400 `mutability`: the change is not one that the attribute's mutability allows (RFC 7643 §2.2). */
export const mutability = (detail: string): ScimError => new ScimError(400, detail, { scimType: 'mutability' });

/** 400 `tooMany`: the query asks for more than the server is willing to work out (RFC 7644 §3.12). */
export const tooMany = (detail: string): ScimError => new ScimError(400, detail, { scimType: 'tooMany' });

/** 400 `invalidCursor`: the cursor is not one of this query (RFC 9865 §2.1). */
export const invalidCursor = (detail: string): ScimError => new ScimError(400, detail, { scimType: 'invalidCursor' });

/** 400 `invalidCount`: a page by cursor cannot have that many resources (RFC 9865 §2.1). */
export const invalidCount = (detail: string): ScimError => new ScimError(400, detail, { scimType: 'invalidCount' });

/** 409 `uniqueness`: another resource of the tenant has that value already (RFC 7644 §3.3). */
export const uniqueness = (detail: string, about?: About): ScimError =>
  new ScimError(409, detail, { scimType: 'uniqueness', ...(about && { about }) });

/** 409: what is asked for does not go with what is there (RFC 7644 §3.12), where that is not about uniqueness. */
export const conflict = (detail: string): ScimError => new ScimError(409, detail);

/** 404: no resource of the tenant has that id; another tenant's id is answered the same (RFC 7644 §3.12). */
export const notFound = (detail: string): ScimError => new ScimError(404, detail);

/** 412: the resource's version is not the one that the request names (RFC 7644 §3.14, RFC 9110 §13.1). */
export const preconditionFailed = (detail: string): ScimError => new ScimError(412, detail);

/**
 * 401 (RFC 7644 §3.12) with the challenge of RFC 6750 §3, which has an error code only when credentials were sent.
 * `detail` does not repeat them.
 */
export function unauthorized(detail: string, tokenFault: TokenFault): ScimError {
  const realm = 'Bearer realm="FlexWhere SCIM"';
  const challenge = tokenFault === 'absent' ? realm : `${realm}, error="invalid_token"`;
  return new ScimError(401, detail, { tokenFault, headers: { 'WWW-Authenticate': challenge } });
}

/** 403: the sender is known, and may not do this (RFC 7644 §3.12). */
export const forbidden = (detail: string): ScimError => new ScimError(403, detail);

/**
 * 503 with `Retry-After` (RFC 9110 §15.6.4): the same request may succeed later.
 * @param cause what the operator's log is to say, where there is more to say
 */
export function unavailable(detail: string, retryAfterSeconds: number, cause?: unknown): ScimError {
  const headers = { 'Retry-After': String(retryAfterSeconds) };
  return new ScimError(503, detail, { headers, ...(cause === undefined ? {} : { cause }) });
}
