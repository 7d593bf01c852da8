import { inPlace, messageNames } from '../canonical/names.js';
import {
  isJsonArray,
  isJsonObject,
  mapElements,
  member,
  withMember,
  type JsonObject,
  type JsonValue,
} from '../json.js';
import { BULK_REQUEST_SCHEMA } from '../messages.js';
import { invalidSyntax, ScimError } from '../scim-error.js';

/** One operation of a bulk request (RFC 7644 §3.7), as it was sent. What it lacks is its own failure, not the request's. */
export interface BulkOperation {
  readonly method: string | undefined;
  readonly path: string | undefined;
  /** The client's name for a resource that this operation creates; of any operation, it comes back in the answer. */
  readonly bulkId: string | undefined;
  /** As If-Match has it. */
  readonly version: string | undefined;
  readonly data: JsonObject | undefined;
}

/** A bulk request. */
export interface BulkRequest {
  /** After how many failures the rest is left undone; undefined: never, as 0 says. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly BulkOperation[];
}

const REQUEST_NAMES = ['schemas', 'failOnErrors', 'Operations'];
const OPERATION_NAMES = ['method', 'path', 'bulkId', 'version', 'data'];

/**
 * A bulk request with the names of its own members as the RFC spells them, whatever case they came in; `data` stays as
 * sent.
 * @param most how many operations a request may have
 * @throws ScimError 413 that names the limit (RFC 7644 §3.7.4), 400 `invalidSyntax` for one name in two spellings
 */
export function bulkNames(body: JsonObject, most: number): JsonObject {
  const message = messageNames(body, REQUEST_NAMES);
  const operations = member(message, 'Operations');
  if (!isJsonArray(operations)) return message;
  if (operations.length > most) {
    throw new ScimError(
      413,
      `The bulk request has ${operations.length} operations, which exceeds the maxOperations (${most}). Send them in several requests.`,
    );
  }
  const spelled = mapElements(operations, (one, index) =>
    isJsonObject(one) ? inPlace(`Operations[${index}]`, () => messageNames(one, OPERATION_NAMES)) : one,
  );
  return withMember(message, 'Operations', spelled);
}

/**
 * Reads a bulk request.
 * @param message with canonical names, validated against the document
 * @throws ScimError 400 `invalidSyntax` when it is no bulk request
 */
export function parseBulk(message: JsonObject): BulkRequest {
  checkSchemas(member(message, 'schemas'));
  const operations = member(message, 'Operations');
  const failOnErrors = member(message, 'failOnErrors');
  return {
    failOnErrors: typeof failOnErrors === 'number' && failOnErrors > 0 ? failOnErrors : undefined,
    operations: isJsonArray(operations) ? operations.filter(isJsonObject).map(parseOperation) : [],
  };
}

function checkSchemas(schemas: JsonValue | undefined): void {
  const wanted = BULK_REQUEST_SCHEMA.toLowerCase();
  if (isJsonArray(schemas) && schemas.some((urn) => typeof urn === 'string' && urn.toLowerCase() === wanted)) return;
  throw invalidSyntax(`"schemas" is required; send ["${BULK_REQUEST_SCHEMA}"].`);
}

function parseOperation(operation: JsonObject): BulkOperation {
  const data = member(operation, 'data');
  return {
    method: textOf(operation, 'method'),
    path: textOf(operation, 'path'),
    bulkId: textOf(operation, 'bulkId'),
    version: textOf(operation, 'version'),
    data: isJsonObject(data) ? data : undefined,
  };
}

/** The text of that name; an empty one says nothing. */
function textOf(operation: JsonObject, name: string): string | undefined {
  const value = member(operation, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
