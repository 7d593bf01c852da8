import type { JsonObject } from '../../json.js';

/** What a request is for; the rows of a report. */
export type Purpose =
  | 'probe'
  | 'find user'
  | 'read user'
  | 'create user'
  | 'update user'
  | 'disable user'
  | 'restore user'
  | 'delete user'
  | 'set manager'
  | 'find group'
  | 'read group'
  | 'create group'
  | 'update group'
  | 'delete group'
  | 'add member'
  | 'remove member';

/** A method of SCIM (RFC 7644 §3.2). */
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** A request as Entra sends it; authorization and content type are the sender's part. */
export interface WireRequest {
  readonly purpose: Purpose;
  readonly method: Method;
  /** Relative to the Tenant URL and percent-encoded, such as `/Users?filter=userName+eq+%22a%22`. */
  readonly path: string;
  readonly body?: JsonObject;
}

/** An answer of the server. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Sends one request.
 * @throws NoAnswer if none came; whether the request took effect is not known then.
 */
export type Send = (request: WireRequest) => Promise<WireAnswer>;

/** A request that was not answered: the connection broke, or the answer did not come in time. */
export class NoAnswer extends Error {
  constructor(
    readonly reason: 'TimedOut' | 'ConnectionLost',
    message: string,
  ) {
    super(message);
    this.name = 'NoAnswer';
  }
}
