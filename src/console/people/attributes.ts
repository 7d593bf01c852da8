import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';

/** An attribute by its path, and its value as text. */
export type AttributeRow = readonly [path: string, text: string];

/** How many attributes a page shows; a resource may have more. */
const MOST_ROWS = 300;

/** What a resource has, flat: `name.givenName`, `emails[work].value`. Its `schemas` say nothing that the paths do not. */
export function attributeRows(resource: JsonObject): readonly AttributeRow[] {
  const attributes = Object.entries(resource).filter(([name]) => name !== 'schemas');
  // What stands in an extension is named with its URN and a colon in front (RFC 7644 §3.10).
  return attributes
    .flatMap(([name, value]) => rowsOf(name, value, name.startsWith('urn:') ? ':' : '.'))
    .slice(0, MOST_ROWS);
}

function rowsOf(path: string, value: JsonValue, separator: ':' | '.'): readonly AttributeRow[] {
  if (isJsonArray(value)) {
    return value.flatMap((one, index) => rowsOf(`${path}[${elementName(one, index)}]`, one, '.'));
  }
  if (!isJsonObject(value)) return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => rowsOf(`${path}${separator}${name}`, inner, '.'));
}

const elementName = (element: JsonValue, index: number): string =>
  isJsonObject(element) && typeof element['type'] === 'string' ? element['type'] : String(index + 1);
