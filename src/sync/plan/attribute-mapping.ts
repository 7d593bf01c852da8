import { parseAttributePath, type AttributePath } from '../../protocol/attribute-path.js';
import { matchesElement } from '../../protocol/filter/evaluate-filter.js';
import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../../protocol/json.js';
import type { ResourceType } from '../../protocol/schemas/attribute.js';
import { isOfOtherType } from '../../protocol/schemas/resource-types.js';
import { invalidValue } from '../../protocol/scim-error.js';
import { isSecret } from '../../protocol/search-form.js';

/** The attributes of a staged user by the backend's names; what has no value is left out. */
export type AttributeMapping = (document: JsonObject) => JsonObject;

/**
 * Prepares the attributes of a policy (SCIM path to the backend's name) for reading many users.
 * Of several values of a multi-valued attribute, a path to a part of it takes that of the primary or the first one.
 * @throws ScimError 400 that names the path which cannot be read, is never returned, or names no attribute
 */
export function compileMapping(attributes: Readonly<Record<string, string>>, type: ResourceType): AttributeMapping {
  const readers = Object.entries(attributes).map(([text, name]) => ({ name, read: readerOf(text, type) }));
  return (document) => {
    const found: [string, JsonValue][] = [];
    for (const { name, read } of readers) {
      const value = read(document);
      if (value !== undefined) found.push([name, value]);
    }
    return Object.fromEntries(found);
  };
}

/**
 * Refuses attributes that nobody could ever be passed on with, since they are never staged: what only the server writes, and
 * what stands under the core URN of groups.
 * @throws ScimError 400 `invalidValue` that names the path
 */
export function checkDeliverable(attributes: Readonly<Record<string, string>>, type: ResourceType): void {
  for (const text of Object.keys(attributes)) {
    if (isEverStaged(parseAttributePath(text, type), type)) continue;
    throw invalidValue(
      `attributes cannot pass on ${text.slice(0, 200)}: it is never staged, so that there would never be a value. Leave it out.`,
    );
  }
}

function isEverStaged(path: AttributePath, type: ResourceType): boolean {
  if (path.kind === 'unknown') return path.extension === undefined || !isOfOtherType(path.extension, type);
  if (path.kind === 'extension') return true;
  const { attribute, subAttribute } = path.target;
  return attribute.mutability !== 'readOnly' && subAttribute?.mutability !== 'readOnly';
}

type Reader = (document: JsonObject) => JsonValue | undefined;

function readerOf(text: string, type: ResourceType): Reader {
  const path = parseAttributePath(text, type);
  switch (path.kind) {
    case 'attribute':
      return attributeReader(path, text);
    case 'unknown':
      return unknownReader(path, text);
    case 'extension':
      throw invalidValue(`attributes cannot pass on all of ${text.slice(0, 200)}; name an attribute of it.`);
  }
}

function attributeReader({ target, condition }: Extract<AttributePath, { kind: 'attribute' }>, text: string): Reader {
  const { extension, attribute, subAttribute } = target;
  if (isSecret(attribute) || (subAttribute && isSecret(subAttribute))) {
    throw invalidValue(`attributes cannot pass on ${text.slice(0, 200)}, which is never returned.`);
  }
  return (document) => {
    const value = member(holderOf(document, extension), attribute.name);
    if (value === undefined || (!condition && !subAttribute)) return value;
    const elements = (isJsonArray(value) ? value : [value]).filter(
      (element) => !condition || matchesElement(condition, element, attribute),
    );
    const element = elements.find(isPrimary) ?? elements[0];
    return subAttribute && isJsonObject(element) ? member(element, subAttribute.name) : element;
  };
}

const isPrimary = (element: JsonValue): boolean => isJsonObject(element) && member(element, 'primary') === true;

/** Under a URN that no schema describes, what Entra sends is staged as it comes: names are taken to the letter there. */
function unknownReader({ extension, segments }: Extract<AttributePath, { kind: 'unknown' }>, text: string): Reader {
  if (extension === undefined) throw invalidValue(`attributes names ${text.slice(0, 200)}, which no schema has.`);
  return (document) =>
    segments.reduce<JsonValue | undefined>(
      (value, name) => (isJsonObject(value) ? member(value, name) : undefined),
      holderOf(document, extension),
    );
}

function holderOf(document: JsonObject, extension: string | undefined): JsonObject {
  const holder = extension === undefined ? document : member(document, extension);
  return isJsonObject(holder) ? holder : {};
}
