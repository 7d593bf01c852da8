import type { ResourceContent } from '../../model/resource.js';
import { canonicalizeResource } from '../../protocol/canonical/canonicalize.js';
import { sameResource } from '../../protocol/equality.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';
import type { ResourceType, ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { ScimError } from '../../protocol/scim-error.js';
import type { MovedResource, MovedRow, MovedTable, MovedValue } from '../../storage/tenant-moves.js';
import { contentAsIs } from '../resources/content.js';
import { refused } from './lines.js';
import { problemOf, textProblem } from './rules.js';

/**
 * A row with exactly the columns of a table.
 * @throws ScimError 400 that names the line and the column
 */
export function checkRow(line: number, { table, columns }: MovedTable, row: JsonObject): MovedRow {
  const unknown = Object.keys(row).find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined)
    throw refused(line, `has ${JSON.stringify(unknown)}, which is no column of ${table} in the header`);
  const checked: [string, MovedValue][] = columns.map((column) => {
    const value = Object.hasOwn(row, column.name) ? (row[column.name] as MovedValue) : undefined;
    const problem = problemOf(table, column, value);
    if (problem !== undefined) throw refused(line, `has a wrong ${column.name} of ${table}: it ${problem}`);
    return [column.name, value ?? null];
  });
  return Object.fromEntries(checked);
}

/**
 * A row of `resources` as the resource, with what it is found by.
 * @throws ScimError 400 for a document that could not have been stored
 */
export function resourceIn(line: number, row: MovedRow, types: Readonly<Record<string, ResourceType>>): MovedResource {
  const type: ResourceTypeName = row['type'] === 'Group' ? 'Group' : 'User';
  return {
    ...{ id: String(row['id']), type, version: Number(row['version']) },
    ...{ created: String(row['created']), lastModified: String(row['last_modified']) },
    membersVersion: Number(row['members_version'] ?? 0),
    content: contentIn(line, String(row['document']), types[type]),
  };
}

/** The text itself stays as it is, byte for byte. */
function contentIn(line: number, document: string, type: ResourceType | undefined): ResourceContent {
  const problem = (text: string): ScimError => refused(line, `has a wrong document of resources: it ${text}`);
  if (type === undefined) throw problem('is of no known type');
  try {
    const resource: unknown = JSON.parse(document);
    if (!isJsonObject(resource)) throw problem('is no object');
    const wrong = wrongText(resource);
    if (wrong !== undefined) throw problem(wrong);
    if (!sameResource(canonicalizeResource(resource, type), resource) || !document.startsWith('{"schemas":'))
      throw problem('is not as this server stores it');
    return { ...contentAsIs(resource, type), document };
  } catch (error) {
    if (error instanceof SyntaxError) throw problem('is no JSON');
    // The stack is what levels of objects and arrays run out of.
    if (error instanceof RangeError) throw problem('has too many levels');
    if (error instanceof ScimError && !error.message.startsWith('Line '))
      throw problem(`does not fit: ${error.message}`);
    throw error;
  }
}

/** What is wrong with a text anywhere in a value. */
function wrongText(value: JsonValue): string | undefined {
  if (typeof value === 'string') return textProblem(value);
  if (isJsonArray(value)) return firstOf(value);
  return isJsonObject(value) ? firstOf([...Object.keys(value), ...Object.values(value)]) : undefined;
}

function firstOf(values: readonly JsonValue[]): string | undefined {
  for (const value of values) {
    const wrong = wrongText(value);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
