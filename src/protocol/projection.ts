import { findAttribute, findSubAttribute } from './attribute-lookup.js';
import { parseAttributePath } from './attribute-path.js';
import { isJsonArray, isJsonObject, mapMembers, type JsonObject, type JsonValue } from './json.js';
import type { Attribute, ResourceType } from './schemas/attribute.js';
import { invalidValue, ScimError } from './scim-error.js';

/** Which attributes a client asks for (RFC 7644 §3.9): all by default, only some, or all but some. */
export type Projection =
  { readonly kind: 'whole' } | { readonly kind: 'only' | 'without'; readonly selection: Selection };

/** The query parameters, or the members of a SearchRequest, that make a projection: names with commas between, or a list. */
export interface ProjectionParameters {
  readonly attributes?: string | readonly string[] | undefined;
  readonly excludedAttributes?: string | readonly string[] | undefined;
}

/** The most names in one of the two parameters: as many as a tenant with dozens of schemas of its own has attributes. */
const MOST_PROJECTED = 1_000;

const WHOLE: Projection = { kind: 'whole' };
const EVERY_PART = { kind: 'whole', parts: undefined } as const;

/** Which parts of a value are asked for. */
interface Asked {
  readonly kind: Projection['kind'];
  readonly parts: Parts | undefined;
}

/**
 * Reads the projection of a request (RFC 7644 §3.9, §3.10): attributes, sub-attributes, extensions' URNs, in any case.
 * Names that no schema has are ignored; so are those that are no names.
 * @throws ScimError 400 `invalidValue` when both parameters are given, which exclude each other, or one has too many names
 */
export function parseProjection(parameters: ProjectionParameters, type: ResourceType): Projection {
  const attributes = checkCount('attributes', namesIn(parameters.attributes));
  const excluded = checkCount('excludedAttributes', namesIn(parameters.excludedAttributes));
  if (attributes.length > 0 && excluded.length > 0) {
    throw invalidValue('"attributes" and "excludedAttributes" exclude each other; send one of them.');
  }
  if (attributes.length > 0) return { kind: 'only', selection: select(attributes, type) };
  return excluded.length > 0 ? { kind: 'without', selection: select(excluded, type) } : WHOLE;
}

function checkCount(parameter: string, names: readonly string[]): readonly string[] {
  if (names.length <= MOST_PROJECTED) return names;
  throw invalidValue(`"${parameter}" takes at most ${MOST_PROJECTED} names; it has ${names.length}. Send fewer.`);
}

/** Whether the request has no projection. Attributes that are not returned by default are left out all the same. */
export function isWhole(projection: Projection): boolean {
  return projection.kind === 'whole';
}

/**
 * Whether an attribute that is returned by default is asked for, or a part of it: worth being looked up.
 * @param name `groups`, `members.display`, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager`
 */
export function includes(projection: Projection, name: string): boolean {
  const colon = name.lastIndexOf(':');
  const [attribute = '', subAttribute] = name
    .slice(colon + 1)
    .toLowerCase()
    .split('.');
  const parts = namedParts(projection, name.slice(0, Math.max(colon, 0)), attribute);
  const whole = subAttribute === undefined;
  if (projection.kind !== 'only') return parts !== 'all' && (whole || parts?.has(subAttribute) !== true);
  return parts === 'all' || (parts !== undefined && (whole || parts.has(subAttribute)));
}

/** The parts of an attribute that a projection names; undefined when it names none. */
function namedParts(projection: Projection, urn: string, attribute: string): Parts | undefined {
  const chosen = projection.kind === 'whole' ? undefined : projection.selection.get(urn.toLowerCase());
  return chosen === 'all' ? 'all' : chosen?.get(attribute.toLowerCase());
}

/**
 * A resource with the attributes that the projection asks for, as far as their `returned` allows (RFC 7643 §7, RFC 7644
 * §3.9): `always` and `never` hold whatever is asked, `request` is returned when `attributes` names it. What no schema
 * knows is returned by default. What has nothing left is absent.
 * @param resource as it is returned without a projection
 */
export function project(resource: JsonObject, projection: Projection, type: ResourceType): JsonObject {
  return mapMembers(resource, (value, name) => {
    const attribute = findAttribute(type, name)?.attribute;
    if (attribute === undefined && name.includes(':')) return projectExtension(value, name, projection, type);
    return projectValue(value, attribute, { kind: projection.kind, parts: namedParts(projection, '', name) });
  });
}

function projectExtension(
  extension: JsonValue,
  urn: string,
  projection: Projection,
  type: ResourceType,
): JsonValue | undefined {
  if (!isJsonObject(extension)) return undefined;
  const object = mapMembers(extension, (value, name) => {
    const asked = { kind: projection.kind, parts: namedParts(projection, urn, name) };
    return projectValue(value, findAttribute(type, name, urn)?.attribute, asked);
  });
  return Object.keys(object).length === 0 ? undefined : object;
}

function projectValue(value: JsonValue, attribute: Attribute | undefined, asked: Asked): JsonValue | undefined {
  const named = asked.kind === 'only' ? asked.parts !== undefined : asked.parts === 'all';
  if (!isReturned(attribute, asked.kind, named)) return undefined;
  const parts = typeof asked.parts === 'object' ? asked : EVERY_PART;
  if (!isJsonArray(value)) return projectParts(value, attribute, parts);
  const elements = value.map((element) => projectParts(element, attribute, parts));
  return unlessEmpty(elements.filter((element) => element !== undefined));
}

/** A single value with the sub-attributes that are asked for; itself if it has none. */
function projectParts(value: JsonValue, attribute: Attribute | undefined, asked: Asked): JsonValue | undefined {
  if (!isJsonObject(value)) return value;
  const object = mapMembers(value, (part, name) => {
    const subAttribute = attribute === undefined ? undefined : findSubAttribute(attribute, name);
    const named = typeof asked.parts === 'object' && asked.parts.has(name.toLowerCase());
    return isReturned(subAttribute, asked.kind, named) ? part : undefined;
  });
  return Object.keys(object).length === 0 ? undefined : object;
}

function isReturned(attribute: Attribute | undefined, kind: Projection['kind'], named: boolean): boolean {
  switch (attribute?.returned ?? 'default') {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'request':
      return kind === 'only' && named;
    case 'default':
      return kind === 'only' ? named : !named;
  }
}

function unlessEmpty(elements: readonly JsonValue[]): readonly JsonValue[] | undefined {
  return elements.length === 0 ? undefined : elements;
}

/** The parts of an attribute that are named: all of it, or these sub-attributes, in lower case. */
type Parts = 'all' | ReadonlySet<string>;

/** The attributes that are named, by URN (empty for those without) and name in lower case; all of an extension, or some. */
type Selection = ReadonlyMap<string, 'all' | ReadonlyMap<string, Parts>>;

/** The names in a query parameter, with commas between, or in a list. */
function namesIn(parameter: string | readonly string[] | undefined): readonly string[] {
  const lists = typeof parameter === 'string' ? [parameter] : (parameter ?? []);
  return lists
    .flatMap((list) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The attributes that names stand for (RFC 7644 §3.10), in any case; what is no name of an attribute is ignored. */
function select(names: readonly string[], type: ResourceType): Selection {
  const selection = new Map<string, 'all' | Map<string, 'all' | Set<string>>>();
  for (const name of names) {
    const [urn, attribute, subAttribute] = partsOf(name, type);
    if (urn === undefined) continue;
    const chosen = selection.get(urn) ?? new Map<string, 'all' | Set<string>>();
    selection.set(urn, attribute === undefined || chosen === 'all' ? 'all' : choose(chosen, attribute, subAttribute));
  }
  return selection;
}

function choose(
  chosen: Map<string, 'all' | Set<string>>,
  attribute: string,
  subAttribute: string | undefined,
): Map<string, 'all' | Set<string>> {
  const parts = chosen.get(attribute) ?? new Set<string>();
  if (subAttribute === undefined || parts === 'all') return chosen.set(attribute, 'all');
  return chosen.set(attribute, parts.add(subAttribute));
}

/** URN, attribute and sub-attribute in lower case; nothing for what names nothing. */
function partsOf(name: string, type: ResourceType): readonly (string | undefined)[] {
  const path = readPath(name, type);
  if (path === undefined) return [];
  if (path.kind === 'extension') return [path.urn.toLowerCase()];
  if (path.kind === 'unknown')
    return [path.extension?.toLowerCase(), ...path.segments.map((part) => part.toLowerCase())];
  if (path.condition !== undefined) return [];
  const { extension = '', attribute, subAttribute } = path.target;
  return [extension.toLowerCase(), attribute.name.toLowerCase(), subAttribute?.name.toLowerCase()];
}

function readPath(name: string, type: ResourceType): ReturnType<typeof parseAttributePath> | undefined {
  try {
    return parseAttributePath(name, type);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}
