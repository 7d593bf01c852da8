import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Operation } from 'openapi-backend';
import type { JsonObject } from '../../protocol/json.js';
import { isUnproven, ownerOf, type Principal } from '../authentication.js';
import type { Held } from '../traffic/memory-room.js';
import { parseJsonBody, type JsonLimits } from './json-body.js';
import type { RouterOptions } from './openapi-router.js';
import type { OperationRequest, RequestNotes } from './operation.js';
import { bodyReader, checkContentType } from './request-body.js';

type BodyOptions = Pick<RouterOptions, 'bodyLimit' | 'jsonDepth' | 'prepareBody' | 'turns'>;

/** What is known of a request before its body is read. */
interface Sender {
  readonly principal: Principal;
  readonly held: Held;
  readonly notes: RequestNotes;
}

/** A body that was read, and what gives turns to the further steps of a request of its size. */
interface ReadRequest {
  readonly body: JsonObject;
  readonly nextTurn: OperationRequest['nextTurn'];
}

/** Reads, parses and prepares the body of a request. @throws ScimError 400, 413 or 415 */
type ReadBody = (request: IncomingMessage, response: ServerResponse, sender: Sender) => Promise<ReadRequest>;

/** Bytes of the body limit per name or value: the members of a group take more, and no legitimate body takes less. */
const BYTES_A_PART = 16;

/** The operationId of an operation, which every operation of our documents has. */
export const idOf = (operation: Operation): string => operation.operationId ?? '';

/** Makes what reads the bodies of an operation, within its limits; undefined for an operation without a body. */
export function bodyOf(options: BodyOptions, operation: Operation): ReadBody | undefined {
  if (operation.requestBody === undefined) return undefined;
  const id = idOf(operation);
  const { bytes: most, advice } = options.bodyLimit(id);
  const read = bodyReader(most, advice);
  // What a request begins with again whose token was remembered, and turned out to be no longer so: its body comes once.
  const sent = new WeakMap<IncomingMessage, Promise<Uint8Array>>();
  const limits: JsonLimits = { depth: options.jsonDepth(id), parts: Math.ceil(most / BYTES_A_PART) };
  return async (request, response, { principal, held, notes }) => {
    checkContentType(request);
    const reading = sent.get(request) ?? read(request, response, held);
    if (isUnproven(principal)) sent.set(request, reading);
    const bytes = await reading;
    const nextTurn = (): Promise<void> | undefined => options.turns.take(ownerOf(principal), bytes.length);
    await nextTurn();
    const json = parseJsonBody(bytes, limits);
    await nextTurn();
    return { body: options.prepareBody(id, json, principal, notes), nextTurn };
  };
}
