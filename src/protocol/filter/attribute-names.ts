import {
  findAttribute,
  findExtensionAttribute,
  findSubAttribute,
  splitUrn,
  type QualifiedName,
} from '../attribute-lookup.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';
import { isOfOtherType } from '../schemas/resource-types.js';
import { FilterProblem } from './problem.js';
import type { AttributeReference } from './tree.js';

/** What the name of an attribute in a filter or path stands for. */
export type NamedAttribute =
  | { readonly kind: 'attribute'; readonly target: AttributeReference }
  | { readonly kind: 'extension'; readonly urn: string }
  | { readonly kind: 'unknown'; readonly extension?: string; readonly segments: readonly string[] };

/** Finds the attribute for a word that begins at a place of the text. @throws FilterProblem if it is no attribute path */
export type Names = (word: string, at: number) => NamedAttribute;

const NAME = /^[a-z$][\w$-]*$/i;
const URN_START = /^(?:urn:|https?:)/i;

/** The names that a filter on a resource type may use (RFC 7644 §3.10): `[URN:]attribute[.subAttribute]`. */
export function namesOf(resourceType: ResourceType): Names {
  return (word, at) => {
    const qualified = splitUrn(resourceType, word);
    if (qualified.schema && qualified.name === '') return loneUrn(resourceType, qualified.schema.id);
    if (!qualified.schema && qualified.urn !== undefined) checkUrn(qualified.urn, at);
    const segments = checkSegments(qualified.name, at + word.length - qualified.name.length);
    return lookUp(resourceType, qualified, segments) ?? unknown(resourceType, qualified, segments);
  };
}

/** The names that the filter inside a value path may use: the attribute's sub-attributes. */
export function namesWithin(attribute: Attribute): Names {
  return (word, at) => {
    const segments = checkSegments(word, at);
    const [name = '', ...deeper] = segments;
    const found = deeper.length === 0 ? findElementAttribute(attribute, name) : undefined;
    return found ? { kind: 'attribute', target: Object.freeze({ attribute: found }) } : { kind: 'unknown', segments };
  };
}

/** The names inside the value path of an unknown attribute. */
export const unknownNames: Names = (word, at) => ({ kind: 'unknown', segments: checkSegments(word, at) });

/** The names of `a.b.c`. @throws FilterProblem where a name is missing or has a character that names do not have */
function checkSegments(text: string, at: number): readonly string[] {
  const segments = text.split('.');
  let start = at;
  for (const segment of segments) {
    if (!NAME.test(segment)) throw new FilterProblem('syntax', start, 'the name of an attribute');
    start += segment.length + 1;
  }
  return segments;
}

/** The elements of an attribute without sub-attributes have but their `value` (RFC 7643 §2.4). */
function findElementAttribute(attribute: Attribute, name: string): Attribute | undefined {
  if (attribute.type === 'complex') return findSubAttribute(attribute, name);
  return name.toLowerCase() === 'value' ? { ...attribute, name: 'value', multiValued: false } : undefined;
}

/** A core URN alone names no attribute; an extension's names all that stands under it. */
function loneUrn(resourceType: ResourceType, urn: string): NamedAttribute {
  return urn === resourceType.schema.id ? { kind: 'unknown', segments: [] } : { kind: 'extension', urn };
}

function checkUrn(urn: string, at: number): void {
  if (!URN_START.test(urn)) throw new FilterProblem('syntax', at, 'the name of an attribute or the URN of a schema');
}

function lookUp(
  resourceType: ResourceType,
  { urn }: QualifiedName,
  [name = '', subName, ...deeper]: readonly string[],
): NamedAttribute | undefined {
  const found =
    findAttribute(resourceType, name, urn) ?? (urn === undefined && findExtensionAttribute(resourceType, name));
  if (!found || deeper.length > 0) return undefined;
  if (subName === undefined) return { kind: 'attribute', target: found };
  const subAttribute = findSubAttribute(found.attribute, subName);
  return subAttribute && { kind: 'attribute', target: Object.freeze({ ...found, subAttribute }) };
}

/** An unknown name under a core URN, also another type's, is one without a URN: it stands in no extension. */
function unknown(resourceType: ResourceType, { urn }: QualifiedName, segments: readonly string[]): NamedAttribute {
  return urn === undefined || urn === resourceType.schema.id || isOfOtherType(urn, resourceType)
    ? { kind: 'unknown', segments }
    : { kind: 'unknown', extension: urn, segments };
}
