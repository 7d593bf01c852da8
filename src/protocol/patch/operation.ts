import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../json.js';
import { PATCH_OP_SCHEMA } from '../messages.js';
import { invalidSyntax, invalidValue, noTarget } from '../scim-error.js';
import { atPlace, type SentPlace } from './place.js';

/** One operation of a PATCH request (RFC 7644 §3.5.2). Only `remove` may be without a value, and is never without a path. */
export type PatchOperation = (
  | { readonly op: 'add' | 'replace'; readonly path: string | undefined; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string; readonly value: JsonValue | undefined }
) & {
  /** Where it stands in what the client sent, for errors; undefined where nobody knows. */
  readonly sent?: SentPlace;
};

/** The most operations in one request; see docs/operating.md. */
const MOST_OPERATIONS = 1_000;

/**
 * The operations of a PATCH message in standard form (for Entra's, see entra.ts).
 * @param most how many operations a request may have
 * @param sent where each operation stands in what the client sent
 * @throws ScimError 400 `invalidSyntax` when it is no PATCH message or has too many operations, `invalidValue` for an operation without its value,
 * `noTarget` for a `remove` without path (RFC 7644 §3.5.2.2)
 */
export function parsePatch(
  message: JsonObject,
  most: number = MOST_OPERATIONS,
  sent: readonly SentPlace[] = [],
): readonly PatchOperation[] {
  checkSchemas(member(message, 'schemas'));
  const operations = member(message, 'Operations');
  if (!isJsonArray(operations)) {
    throw invalidSyntax('"Operations" is required; send an array of operations.');
  }
  if (operations.length > most) {
    throw invalidSyntax(`A request takes at most ${most} operations; send the rest in further requests.`);
  }
  return operations.map((operation, index) => {
    const place = sent[index];
    const parsed = atPlace(place, () => parseOperation(operation));
    return place === undefined ? parsed : { ...parsed, sent: place };
  });
}

/** Whether a PATCH message has no operations: Microsoft's validator sends one to see that nothing changes. */
export function changesNothing(message: JsonObject): boolean {
  const operations = member(message, 'Operations');
  return isJsonArray(operations) && operations.length === 0;
}

function checkSchemas(schemas: JsonValue | undefined): void {
  const wanted = PATCH_OP_SCHEMA.toLowerCase();
  if (isJsonArray(schemas) && schemas.some((urn) => typeof urn === 'string' && urn.toLowerCase() === wanted)) return;
  throw invalidSyntax(`"schemas" is required; send ["${PATCH_OP_SCHEMA}"].`);
}

function parseOperation(operation: JsonValue): PatchOperation {
  if (!isJsonObject(operation)) throw invalidSyntax('An operation must be an object with "op", "path" and "value".');
  const op = member(operation, 'op');
  const path = parsePath(member(operation, 'path') ?? null);
  const value = member(operation, 'value');
  if (op === 'remove') return { op, path: requirePath(path), value };
  if (op !== 'add' && op !== 'replace') throw invalidSyntax('"op" must be "add", "remove" or "replace".');
  if (value === undefined) throw invalidValue(`An operation of "op": "${op}" needs a "value".`);
  return { op, path, value };
}

function parsePath(path: JsonValue): string | undefined {
  if (path === null) return undefined;
  if (typeof path !== 'string') throw invalidSyntax('"path" must be a string.');
  return path;
}

function requirePath(path: string | undefined): string {
  if (path === undefined) throw noTarget('An operation of "op": "remove" needs a "path" that says what to remove.');
  return path;
}
