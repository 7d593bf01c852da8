import type { JsonObject } from '../../protocol/json.js';
import type { ScimError } from '../../protocol/scim-error.js';
import type { Effect } from '../../provisioning/resources/effect.js';
import type { Principal } from '../authentication.js';
import type { Held } from '../traffic/memory-room.js';
import type { RequestTarget } from './request-target.js';
import type { Reply } from './send-reply.js';

/** What the log line of a request says in addition to method, status and duration. */
export interface RequestNotes {
  readonly requestId: string;
  tenantId?: string;
  operationId?: string;
  /** The dialect rules of protocol/entra/rules.ts that made a difference to the request. */
  rules?: readonly string[];
  /** Why the request was refused. */
  refusal?: Refusal;
  /** The decoded target. */
  target?: RequestTarget;
  /** The body, with names in the schema's spelling. */
  body?: JsonObject;
  /** The error that was answered, with all of its detail: for the activity log, which is the tenant's own. */
  error?: ScimError;
  /** What a write has done. */
  effect?: Effect;
  /** The resources that a list has found, and the id of the one that it has, where it is one. */
  found?: { readonly total: number; readonly id: string | undefined };
  /** Attributes that no schema knows. */
  unknown?: string[];
  /** Internal errors in parts of a request that was answered nevertheless; they are logged with it. */
  faults?: readonly unknown[];
}

/** A refusal as the log has it: nothing of what was sent. */
interface Refusal {
  readonly scimType: string | undefined;
  /** The detail of the error, see detail-template.ts. */
  readonly detail: string;
  /** What is wrong with the token. */
  readonly tokenFault: string | undefined;
}

/** Notes rules that a request made use of, besides those that are noted already. */
export function noteRules(notes: RequestNotes, rules: readonly string[]): void {
  if (rules.length > 0) notes.rules = [...new Set([...(notes.rules ?? []), ...rules])];
}

/** Forgets what was noted on the strength of a token that may be no longer valid. */
export function forgetAttempt(notes: RequestNotes): void {
  delete notes.tenantId;
  delete notes.rules;
  delete notes.body;
  delete notes.effect;
  delete notes.found;
  delete notes.unknown;
  delete notes.faults;
}

type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
type PathOf<O> = O extends { parameters: { path: infer P } } ? P : never;
type BodyOf<O> = O extends { requestBody: { content: infer C } } ? C[keyof C] : undefined;
type StatusOf<O> = O extends { responses: infer R } ? keyof R & number : never;

/** The operation of the document that a part of a bulk request asks for. */
export interface InnerTarget {
  readonly operationId: string;
  readonly method: string;
  /** Percent-encoded, in the documented spelling. */
  readonly path: string;
  /** The second segment of the path, decoded; empty if there is none. */
  readonly id: string;
}

/** The operations of the same document, for bulk requests (RFC 7644 §3.7). */
export interface InnerOperations {
  /**
   * Finds an operation as for a separate request.
   * @throws ScimError 400, 404 or 405, as a separate request would be answered
   */
  match(method: string, path: string): InnerTarget;
  /**
   * The body as the operation's handler takes it: with canonical names, and validated.
   * @throws ScimError 400, as a separate request would be answered
   */
  accept(target: InnerTarget, body: JsonObject): JsonObject;
}

/** A request that was matched, authenticated, parsed and validated; typed by the document's operation. */
export interface OperationRequest<O = unknown> {
  readonly principal: Principal;
  readonly path: PathOf<O>;
  readonly query: QueryOf<O>;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly body: BodyOf<O>;
  /** The same body, untyped for the protocol code; an empty object if there is none. */
  readonly json: JsonObject;
  readonly notes: RequestNotes;
  readonly inner: InnerOperations;
  /** The room in memory that the request holds. */
  readonly held: Held;
  /** Called between the steps of what may take long, see TenantScope. */
  readonly nextTurn: () => Promise<void> | undefined;
}

/** One handler for each operation of a document. A status missing from the document does not compile. */
export type Handlers<Operations> = {
  readonly [O in keyof Operations]: (
    request: OperationRequest<Operations[O]>,
  ) => Promise<Reply & { readonly status: StatusOf<Operations[O]> }>;
};
