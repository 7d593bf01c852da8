import { isJsonArray, isJsonObject, member, type JsonObject } from './json.js';
import type { Attribute } from './schemas/attribute.js';
import { invalidValue } from './scim-error.js';

/**
 * Refuses an object that lacks what its schema requires, also within the complex values that it has (RFC 7643 §2.2).
 * An empty string counts as lacking.
 * @throws ScimError 400 `invalidValue` that names the attribute
 */
export function checkRequired(object: JsonObject, attributes: readonly Attribute[], prefix: string): void {
  for (const attribute of attributes) checkAttribute(object, attribute, prefix + attribute.name);
}

function checkAttribute(object: JsonObject, attribute: Attribute, where: string): void {
  const value = member(object, attribute.name);
  if (isAskedFor(attribute) && (value === undefined || value === '')) {
    throw invalidValue(`"${where}" is required; send a value for it.`);
  }
  for (const part of isJsonArray(value) ? value : [value]) {
    if (isJsonObject(part)) checkRequired(part, attribute.subAttributes ?? [], `${where}.`);
  }
}

function isAskedFor({ required, mutability }: Attribute): boolean {
  return required && (mutability === 'readWrite' || mutability === 'immutable');
}
