import { isJsonArray, isJsonObject, mapElements, mapMembers, type JsonObject, type JsonValue } from '../json.js';

/** What a reference begins with: `bulkId:qwerty` stands for the resource that the operation `qwerty` creates. */
const PREFIX = 'bulkId:';

/** The id that a bulkId stands for. */
export type Resolve = (bulkId: string) => string;

/** The bulkId that a text refers to, undefined if it is no reference (RFC 7644 §3.7.2). */
export function referenceOf(text: string): string | undefined {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;
}

/** The bulkIds that the data of an operation refers to, wherever in its values. */
export function referencesIn(data: JsonObject): ReadonlySet<string> {
  const found = new Set<string>();
  withReferences(data, (bulkId) => {
    found.add(bulkId);
    return bulkId;
  });
  return found;
}

/**
 * The data of an operation with the id in place of each reference (RFC 7644 §3.7.2): where a value is one, where the
 * last segment of a `$ref` is, and in the filters of PATCH paths. Linear in the length of the data.
 * @throws what `resolve` throws
 */
export function withReferences(data: JsonObject, resolve: Resolve): JsonObject {
  return mapMembers(data, (value, name) =>
    name.toLowerCase() === 'operations' && isJsonArray(value)
      ? mapElements(value, (operation) => inOperation(operation, resolve))
      : inValue(value, name, resolve),
  );
}

/** An operation of a PATCH message. */
function inOperation(operation: JsonValue, resolve: Resolve): JsonValue {
  if (!isJsonObject(operation)) return operation;
  return mapMembers(operation, (value, name) =>
    name.toLowerCase() === 'path' && typeof value === 'string' ? inPath(value, resolve) : inValue(value, name, resolve),
  );
}

function inValue(value: JsonValue, name: string, resolve: Resolve): JsonValue {
  if (typeof value === 'string') return inText(value, name, resolve);
  if (isJsonArray(value)) return mapElements(value, (element) => inValue(element, name, resolve));
  return isJsonObject(value) ? mapMembers(value, (held, inner) => inValue(held, inner, resolve)) : value;
}

function inText(text: string, name: string, resolve: Resolve): string {
  const start = name.toLowerCase() === '$ref' ? text.lastIndexOf('/') + 1 : 0;
  const bulkId = referenceOf(text.slice(start));
  return bulkId === undefined ? text : text.slice(0, start) + resolve(bulkId);
}

/** `members[value eq "bulkId:qwerty"]`: only what stands between quotes is a value. */
function inPath(path: string, resolve: Resolve): string {
  let resolved = '';
  let done = 0;
  for (let open = path.indexOf('"'); open >= 0; open = path.indexOf('"', done)) {
    const end = endOfString(path, open);
    resolved += path.slice(done, open) + inLiteral(path.slice(open, end), resolve);
    done = end;
  }
  return resolved + path.slice(done);
}

/** Behind the closing quote, or the end of the text if there is none. */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

/** A quoted string; one that cannot be read is left to the reader of paths, who says what is wrong with it. */
function inLiteral(literal: string, resolve: Resolve): string {
  if (!literal.startsWith(`"${PREFIX}`)) return literal;
  const bulkId = referenceOf(unquoted(literal));
  return bulkId === undefined ? literal : JSON.stringify(resolve(bulkId));
}

function unquoted(literal: string): string {
  try {
    const text: unknown = JSON.parse(literal);
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}
