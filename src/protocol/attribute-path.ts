import { FilterReader, type Selection } from './filter/parse-filter.js';
import { FilterProblem } from './filter/problem.js';
import { DEFAULT_FILTER_LIMITS, type AttributeReference, type FilterLimits, type FilterNode } from './filter/tree.js';
import type { ResourceType } from './schemas/attribute.js';
import { invalidFilter, invalidPath } from './scim-error.js';

/**
 * The path of a PATCH operation (RFC 7644 §3.5.2): `attribute`, `attribute.sub`, `attribute[filter]`,
 * `attribute[filter].sub`, each perhaps with a schema URN in front; or an extension's URN alone.
 * - `unknown`: well-formed, but no schema of the resource type defines the attribute.
 *   `extension` is the URN where there is one, and `segments` the names behind it.
 */
export type AttributePath =
  | {
      readonly kind: 'attribute';
      readonly target: AttributeReference;
      readonly condition?: FilterNode;
      /** Whether the condition is on the sub-attribute's own value, as in `name.givenName[value eq "x"]`. */
      readonly onPart?: true;
    }
  | { readonly kind: 'extension'; readonly urn: string }
  | { readonly kind: 'unknown'; readonly extension?: string; readonly segments: readonly string[] };

/** The paths that are remembered of a resource type, and how long they are: Entra sends the same few again and again. */
const MOST_REMEMBERED = 500;
const LONGEST_REMEMBERED = 200;

/** Paths that were parsed, by the resource type and the limits that they were parsed with. */
const parsed = new WeakMap<ResourceType, WeakMap<FilterLimits, Map<string, AttributePath>>>();

/**
 * Parses the path of a PATCH operation, or the name of an attribute in a request parameter.
 * @throws ScimError 400 `invalidPath` that names the place when the text is no path, and 400 `invalidFilter` when its
 * filter can be read but compares what cannot be compared, or exceeds a limit (RFC 7644 §3.12, table 9)
 */
export function parseAttributePath(
  text: string,
  resourceType: ResourceType,
  limits: FilterLimits = DEFAULT_FILTER_LIMITS,
): AttributePath {
  const known = text.length > LONGEST_REMEMBERED ? undefined : rememberedPaths(resourceType, limits);
  const path = known?.get(text) ?? readPath(text, resourceType, limits);
  if (known !== undefined && !known.has(text)) {
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(text, path);
  }
  return path;
}

function rememberedPaths(resourceType: ResourceType, limits: FilterLimits): Map<string, AttributePath> {
  const ofType = parsed.get(resourceType) ?? new WeakMap<FilterLimits, Map<string, AttributePath>>();
  const known = ofType.get(limits) ?? new Map<string, AttributePath>();
  parsed.set(resourceType, ofType.set(limits, known));
  return known;
}

function readPath(text: string, resourceType: ResourceType, limits: FilterLimits): AttributePath {
  try {
    return Object.freeze(toPath(new FilterReader(text, resourceType, limits).path()));
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    const detail = error.describe('path', text);
    throw error.kind === 'syntax' ? invalidPath(detail) : invalidFilter(detail);
  }
}

function toPath({ named, condition, suffix }: Selection): AttributePath {
  if (!condition) return named;
  if (named.kind !== 'attribute' || suffix?.kind === 'unknown') return unknownPath(named, suffix);
  if (named.target.subAttribute !== undefined)
    return { kind: 'attribute', target: named.target, condition, onPart: true };
  return { kind: 'attribute', target: withSuffix(named.target, suffix), condition };
}

/** The elements of an attribute without sub-attributes are their own `value`. */
function withSuffix(target: AttributeReference, suffix: Selection['suffix']): AttributeReference {
  if (suffix?.kind !== 'attribute' || target.attribute.type !== 'complex') return target;
  return Object.freeze({ ...target, subAttribute: suffix.target.attribute });
}

function unknownPath(named: Selection['named'], suffix: Selection['suffix']): AttributePath {
  const segments = [...segmentsOf(named), ...(suffix ? segmentsOf(suffix) : [])];
  const extension =
    named.kind === 'attribute' ? named.target.extension : named.kind === 'unknown' ? named.extension : named.urn;
  return extension === undefined ? { kind: 'unknown', segments } : { kind: 'unknown', extension, segments };
}

function segmentsOf(named: Selection['named']): readonly string[] {
  switch (named.kind) {
    case 'attribute':
      return [named.target.attribute.name];
    case 'extension':
      return [];
    case 'unknown':
      return named.segments;
  }
}
