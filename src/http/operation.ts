import type { JsonObject } from '../protocol/json.js';
import type { Principal } from './authentication.js';
import type { Reply } from './reply.js';

/** What the log line of a request says about it, besides what HTTP knows. */
export interface RequestNotes {
  readonly requestId: string;
  tenantId?: string;
  operationId?: string;
  /** The rules of protocol/entra.ts that the request made use of. */
  rules?: readonly string[];
}

type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
type PathOf<O> = O extends { parameters: { path: infer P } } ? P : never;
type BodyOf<O> = O extends { requestBody: { content: infer C } } ? C[keyof C] : undefined;
type StatusOf<O> = O extends { responses: infer R } ? keyof R & number : never;

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
}

/** One handler for each operation of a document; a status that the document lacks does not compile. */
export type Handlers<Operations> = {
  readonly [O in keyof Operations]: (
    request: OperationRequest<Operations[O]>,
  ) => Promise<Reply & { readonly status: StatusOf<Operations[O]> }>;
};
