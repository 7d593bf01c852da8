import { parseAttributePath } from './attribute-path.js';
import type { ResourceType } from './schemas/attribute.js';
import { ScimError } from './scim-error.js';

/** The parts of an attribute that are named: all of it, or these sub-attributes, in lower case. */
export type Parts = 'all' | ReadonlySet<string>;

/** The attributes that are named, by URN (empty for those without) and name in lower case; all of an extension, or some. */
export type Selection = ReadonlyMap<string, 'all' | ReadonlyMap<string, Parts>>;

/** The names in a query parameter, with commas between, or in a list. */
export function namesIn(parameter: string | readonly string[] | undefined): readonly string[] {
  const lists = typeof parameter === 'string' ? [parameter] : (parameter ?? []);
  return lists
    .flatMap((list) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The attributes that names stand for (RFC 7644 §3.10), in any case; what is no name of an attribute is passed over. */
export function select(names: readonly string[], type: ResourceType): Selection {
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
