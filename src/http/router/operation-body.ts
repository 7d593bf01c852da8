import type { Request, Response } from 'express';
import type { Operation } from 'openapi-backend';
import type { JsonObject } from '../../protocol/json.js';
import { ownerOf, type Principal } from '../authentication.js';
import type { Held } from '../traffic/memory-room.js';
import { parseJsonBody, type JsonLimits } from './json-body.js';
import type { RouterOptions } from './openapi-router.js';
import type { RequestNotes } from './operation.js';
import { bodyReader, checkContentType } from './request-body.js';

type BodyOptions = Pick<RouterOptions, 'bodyLimit' | 'jsonDepth' | 'prepareBody' | 'turns'>;

/** What is known of a request before its body is read. */
interface Sender {
  readonly principal: Principal;
  readonly held: Held;
  readonly notes: RequestNotes;
}

/** Reads the body of a request as the operation has it: undefined where it has none. @throws ScimError 400, 413 or 415 */
type ReadBody = (
  request: Request,
  response: Response,
  operation: Operation,
  sender: Sender,
) => Promise<JsonObject | undefined>;

/** Bytes of the body limit per name or value: the members of a group take more, and no legitimate body takes less. */
const BYTES_A_PART = 16;

/** The operationId of an operation, which every operation of our documents has. */
export const idOf = (operation: Operation): string => operation.operationId ?? '';

/** Makes what reads, parses and prepares the bodies of the operations of a document, each within its limits. */
export function operationBodies(options: BodyOptions, operations: readonly Operation[]): ReadBody {
  const readers = new Map(operations.map((operation) => [idOf(operation), readerOf(options, operation)]));
  return async (request, response, operation, { principal, held, notes }) => {
    if (operation.requestBody === undefined) return undefined;
    checkContentType(request);
    const id = idOf(operation);
    const bytes = (await readers.get(id)?.(request, response, held)) ?? new Uint8Array();
    await options.turns.take(ownerOf(principal), bytes.length);
    return options.prepareBody(id, parseJsonBody(bytes, jsonLimits(options, id)), principal, notes);
  };
}

function readerOf({ bodyLimit }: BodyOptions, operation: Operation): ReturnType<typeof bodyReader> {
  const { bytes, advice } = bodyLimit(idOf(operation));
  return bodyReader(bytes, advice);
}

function jsonLimits({ jsonDepth, bodyLimit }: BodyOptions, operationId: string): JsonLimits {
  return { depth: jsonDepth(operationId), parts: Math.ceil(bodyLimit(operationId).bytes / BYTES_A_PART) };
}
