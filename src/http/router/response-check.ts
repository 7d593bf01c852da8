import type { OpenAPIBackend, Operation } from 'openapi-backend';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';

/**
 * Checks an answer against the document: the status is documented, the body fits its schema, and no resource in it has a key
 * that the schema does not declare, except extension URNs.
 * @returns what is wrong, as sentences; empty if nothing is
 */
export function checkResponse(
  api: OpenAPIBackend,
  operation: Operation,
  status: number,
  body: JsonValue | undefined,
): readonly string[] {
  const documented = operation.responses?.[status];
  if (documented === undefined) return [`status ${status} is not documented for ${operation.operationId ?? ''}`];
  const faults = api.validateResponse(body ?? null, operation, status).errors ?? [];
  return [
    ...faults.map((fault) => `${fault.instancePath} ${fault.message ?? ''}`.trim()),
    ...undeclaredKeys(documented, body),
  ];
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly allOf?: readonly SchemaNode[];
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: unknown;
}

function undeclaredKeys(response: unknown, body: JsonValue | undefined): readonly string[] {
  const schema = bodySchema(response);
  return schema === undefined || body === undefined ? [] : [...keysOutside(schema, body, '')];
}

function bodySchema(response: unknown): SchemaNode | undefined {
  if (!isJsonObject(response) || !isJsonObject(response['content'])) return undefined;
  const media = response['content']['application/json'];
  return isJsonObject(media) && isJsonObject(media['schema']) ? media['schema'] : undefined;
}

function* keysOutside(schema: SchemaNode, value: JsonValue, place: string): Generator<string> {
  if (isJsonArray(value)) {
    const items = parts(schema).find((part) => part.items)?.items;
    if (items) for (const [index, element] of value.entries()) yield* keysOutside(items, element, `${place}/${index}`);
    return;
  }
  if (!isJsonObject(value)) return;
  const alternatives = parts(schema).flatMap((part) => part.anyOf ?? []);
  const faults = alternatives.map((alternative) => [...keysOutside(alternative, value, place)]);
  if (faults.length === 0) yield* objectKeysOutside(schema, value, place);
  else if (!faults.some(({ length }) => length === 0)) yield* faults[0] ?? [];
}

function* objectKeysOutside(schema: SchemaNode, value: JsonObject, place: string): Generator<string> {
  // Under the URN of an extension, attributes that its schema does not define are kept as sent.
  const kept = isUrn(place.slice(place.lastIndexOf('/') + 1));
  const properties = Object.assign({}, ...parts(schema).map((part) => part.properties ?? {})) as Record<
    string,
    SchemaNode
  >;
  if (Object.keys(properties).length === 0 || parts(schema).some((part) => part.oneOf)) return;
  for (const [name, inner] of Object.entries(value)) {
    const declared = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (declared) yield* keysOutside(declared, inner, `${place}/${name}`);
    else if (!kept && !isUrn(name)) yield `${place}/${name} is not declared`;
  }
}

const isUrn = (name: string): boolean => name.toLowerCase().startsWith('urn:');

/** A schema and the schemas it is composed of; the documents nest allOf no deeper than the schemas themselves. */
function parts(schema: SchemaNode): readonly SchemaNode[] {
  return [schema, ...(schema.allOf ?? []).flatMap(parts)];
}
