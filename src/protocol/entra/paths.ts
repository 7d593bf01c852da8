import { findAttribute, findExtensionAttribute, findSubAttribute, splitUrn } from '../attribute-lookup.js';
import { parseAttributePath, type AttributePath } from '../attribute-path.js';
import { FilterProblem } from '../filter/problem.js';
import { scan, type Token } from '../filter/tokens.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';
import { ScimError } from '../scim-error.js';

/** The path, or undefined when it cannot be read; the ordinary code says why. */
export function readPath(path: string, type: ResourceType): AttributePath | undefined {
  try {
    return parseAttributePath(path, type);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

/** The path with the URN of the extension whose attribute it names without one; undefined for other paths. */
export function qualifiedPath(path: string, type: ResourceType): string | undefined {
  const [name = ''] = path.split(/[.[\s]/, 1);
  if (name.includes(':') || findAttribute(type, name) !== undefined) return undefined;
  const extension = findExtensionAttribute(type, name)?.extension;
  return extension === undefined ? undefined : `${extension}:${path}`;
}

/** Whether a key is a path rather than the name of an attribute or the URN of an extension. */
export function isPathKey(key: string, holdsObject: boolean, type: ResourceType): boolean {
  const { urn, schema, name } = splitUrn(type, key);
  const wholeExtension = schema === undefined && holdsObject && !isExtensionUrn(urn ?? '', type);
  const joined = urn !== undefined && name !== '' && !wholeExtension;
  return (joined || /[.[]/.test(name)) && readPath(key, type) !== undefined;
}

/** Extensions that no schema defines are told by how Microsoft names them: `urn:…:2.0:User`. */
function isExtensionUrn(urn: string, type: ResourceType): boolean {
  return urn.toLowerCase().endsWith(`:${type.name.toLowerCase()}`);
}

/** A boolean as a string, or a string with an escape, which may be one. A path without is not read any further. */
const PERHAPS_BOOLEAN = /"(?:true|false)"|\\/i;

/** The path with `true` and `false` where its filter compares a boolean with a string; undefined for other paths. */
export function pathWithBooleans(path: string, type: ResourceType): string | undefined {
  const bracket = PERHAPS_BOOLEAN.test(path) ? path.indexOf('[') : -1;
  if (bracket < 0) return undefined;
  const filtered = readPath(path.slice(0, bracket), type);
  if (filtered?.kind !== 'attribute') return undefined;
  const { attribute } = filtered.target;
  const tokens = tokensOf(path);
  const strings = tokens.filter((token, index) => isBooleanAsString(token, tokens[index - 2], attribute));
  if (strings.length === 0) return undefined;
  const pieces = strings.map(({ start, end }, index) => {
    const before = path.slice(strings[index - 1]?.end ?? 0, start);
    return before + path.slice(start + 1, end - 1).toLowerCase();
  });
  return pieces.join('') + path.slice(strings.at(-1)?.end);
}

function tokensOf(path: string): readonly Token[] {
  try {
    return scan(path);
  } catch (error) {
    if (error instanceof FilterProblem) return [];
    throw error;
  }
}

function isBooleanAsString(token: Token, name: Token | undefined, attribute: Attribute): boolean {
  if (token.kind !== 'string' || name?.kind !== 'word' || !/^(?:true|false)$/i.test(token.value)) return false;
  return findSubAttribute(attribute, name.text)?.type === 'boolean';
}
