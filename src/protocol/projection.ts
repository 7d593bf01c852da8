import { parseAttributePath } from './attribute-path.js';
import type { ResourceType } from './schemas/attribute.js';
import { invalidValue, ScimError } from './scim-error.js';

/** The parts of an attribute that are named: all of it, or these sub-attributes, in lower case. */
export type Parts = 'all' | ReadonlySet<string>;

/** The attributes that are named, by URN (empty for those without) and name in lower case; all of an extension, or some. */
type Selection = ReadonlyMap<string, 'all' | ReadonlyMap<string, Parts>>;

/** Which attributes a client asks for (RFC 7644 §3.9): all by default, only some, or all but some. */
export type Projection =
  { readonly kind: 'whole' } | { readonly kind: 'only' | 'without'; readonly selection: Selection };

/** The query parameters, or the members of a SearchRequest, that make a projection: names with commas between, or a list. */
export interface ProjectionParameters {
  readonly attributes?: string | readonly string[] | undefined;
  readonly excludedAttributes?: string | readonly string[] | undefined;
}

const WHOLE: Projection = { kind: 'whole' };

/**
 * Reads the projection of a request (RFC 7644 §3.9, §3.10): attributes, sub-attributes, extensions' URNs, in any case.
 * Names that no schema has are passed over; so are those that are no names.
 * @throws ScimError 400 `invalidValue` when both parameters are given, which exclude each other
 */
export function parseProjection(parameters: ProjectionParameters, type: ResourceType): Projection {
  const attributes = namesIn(parameters.attributes);
  const excluded = namesIn(parameters.excludedAttributes);
  if (attributes.length > 0 && excluded.length > 0) {
    throw invalidValue('"attributes" and "excludedAttributes" exclude each other; send one of them.');
  }
  if (attributes.length > 0) return { kind: 'only', selection: select(attributes, type) };
  return excluded.length > 0 ? { kind: 'without', selection: select(excluded, type) } : WHOLE;
}

function namesIn(parameter: string | readonly string[] | undefined): readonly string[] {
  const lists = typeof parameter === 'string' ? [parameter] : (parameter ?? []);
  return lists
    .flatMap((list) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

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
export function namedParts(projection: Projection, urn: string, attribute: string): Parts | undefined {
  const chosen = projection.kind === 'whole' ? undefined : projection.selection.get(urn.toLowerCase());
  return chosen === 'all' ? 'all' : chosen?.get(attribute.toLowerCase());
}
