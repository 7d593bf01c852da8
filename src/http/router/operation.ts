import type { JsonObject } from '../../protocol/json.js';
import type { Principal } from '../authentication.js';
import type { Reply } from './send-reply.js';

/** What the log line of a request says about it, besides what HTTP knows. */
export interface RequestNotes {
  readonly requestId: string;
  tenantId?: string;
  operationId?: string;
  /** The rules of protocol/entra.ts that the request made use of. */
  rules?: readonly string[];
  /** Faults of ours that the request was answered in spite of: they are logged with it. */
  faults?: readonly unknown[];
}

type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
type PathOf<O> = O extends { parameters: { path: infer P } } ? P : never;
type BodyOf<O> = O extends { requestBody: { content: infer C } } ? C[keyof C] : undefined;
type StatusOf<O> = O extends { responses: infer R } ? keyof R & number : never;

/** An operation of the document that a part of a request asks for. */
export interface InnerTarget {
  readonly operationId: string;
  readonly method: string;
  /** Percent-encoded, in the documented spelling. */
  readonly path: string;
  /** The second segment of the path, decoded; empty where there is none. */
  readonly id: string;
}

/** The operations of the same document, for requests that hold requests (RFC 7644 §3.7). */
export interface InnerOperations {
  /**
   * Finds an operation as it is found for a request of its own.
   * @throws ScimError 400, 404 or 405 as such a request is answered.
   */
  match(method: string, path: string): InnerTarget;
  /**
   * The body as the operation's handler takes it: with canonical names, held to the document.
   * @throws ScimError 400 as a request of its own is answered.
   */
  accept(target: InnerTarget, body: JsonObject): JsonObject;
}

/** A request that was matched, authenticated, read and found valid; typed by the document's operation. */
export interface OperationRequest<O = unknown> {
  readonly principal: Principal;
  readonly path: PathOf<O>;
  readonly query: QueryOf<O>;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly body: BodyOf<O>;
  /** The body once more, as the protocol core takes it; an empty object where there is none. */
  readonly json: JsonObject;
  readonly notes: RequestNotes;
  readonly inner: InnerOperations;
}

/** One handler for each operation of a document; a status that the document lacks does not compile. */
export type Handlers<Operations> = {
  readonly [O in keyof Operations]: (
    request: OperationRequest<Operations[O]>,
  ) => Promise<Reply & { readonly status: StatusOf<Operations[O]> }>;
};
