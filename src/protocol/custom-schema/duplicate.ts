import { findSubAttribute } from '../attribute-lookup.js';
import { isJsonArray, isJsonObject, member, withMember, type JsonObject, type JsonValue } from '../json.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';
import { matchingValues, searchForm, type MatchingValue } from '../search-form.js';
import { settle, type Conformed } from './conform.js';
import type { CustomSchema } from './definition.js';

/**
 * A resource without a value that another one has and that is to be unique. The misfit names it.
 * @param resource in canonical form
 * @param taken one of the resource's matching values, of an attribute of the schema
 */
export function withoutDuplicate(
  resource: JsonObject,
  taken: MatchingValue,
  schema: CustomSchema,
  type: ResourceType,
): Conformed {
  const [name = '', subName] = taken.attribute.slice(schema.id.length + 1).split('.');
  const attribute = schema.attributes.find((known) => known.name === name);
  const extension = member(resource, schema.id);
  if (attribute === undefined || !isJsonObject(extension))
    throw new Error(`${taken.attribute} is none of ${schema.id}`);
  const sub = subName === undefined ? undefined : findSubAttribute(attribute, subName);
  const carries = (value: JsonValue): boolean =>
    matchingValues(searchForm({ [schema.id]: { [name]: value } }, type), type).some(
      (found) => found.attribute === taken.attribute && found.value === taken.value,
    );
  const rest = without(member(extension, name) ?? null, attribute, sub, carries);
  const misfit = { attribute: taken.attribute, problem: 'another resource has the same value, and it is to be unique' };
  return settle(withMember(resource, schema.id, withMember(extension, name, rest)), schema, type, [misfit]);
}

function without(
  value: JsonValue,
  attribute: Attribute,
  sub: Attribute | undefined,
  carries: (value: JsonValue) => boolean,
): JsonValue | undefined {
  const reduced = (one: JsonValue): JsonValue | undefined => {
    if (!carries(attribute.multiValued ? [one] : one)) return one;
    return sub && isJsonObject(one) ? withMember(one, sub.name, withoutPart(one, sub, attribute, carries)) : undefined;
  };
  if (!isJsonArray(value)) return reduced(value);
  return value.map(reduced).filter((one) => one !== undefined);
}

/** Of a sub-attribute with several values, those that may stay. */
function withoutPart(
  element: JsonObject,
  sub: Attribute,
  attribute: Attribute,
  carries: (value: JsonValue) => boolean,
): JsonValue | undefined {
  const part = member(element, sub.name);
  if (!isJsonArray(part)) return undefined;
  const holding = (one: JsonValue): JsonValue =>
    attribute.multiValued ? [{ [sub.name]: [one] }] : { [sub.name]: [one] };
  return part.filter((one) => !carries(holding(one)));
}
