import { findSubAttribute } from '../attribute-lookup.js';
import { isJsonArray, isJsonObject, member, withMember, type JsonObject, type JsonValue } from '../json.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';
import { matchingValues, searchForm, type MatchingValue } from '../search-form.js';
import { settle, type Conformed } from './conform.js';
import type { CustomSchema } from './definition.js';

/**
 * A resource without the values that others have and that are to be unique. There is a misfit for each of them. Each attribute
 * is gone through once, however many of its values are taken.
 * @param resource in canonical form
 * @param taken matching values of the resource, of attributes of the schema
 */
export function withoutDuplicates(
  resource: JsonObject,
  taken: readonly MatchingValue[],
  schema: CustomSchema,
  type: ResourceType,
): Conformed {
  const valuesOf = new Map<string, Set<string>>();
  for (const { attribute, value } of taken) {
    const values = valuesOf.get(attribute);
    if (values === undefined) valuesOf.set(attribute, new Set([value]));
    else values.add(value);
  }
  let conformed: Conformed = { resource, misfits: [] };
  for (const [attribute, values] of valuesOf) {
    const rest = withoutValues(conformed.resource, { attribute, values }, schema, type);
    conformed = { ...rest, misfits: [...conformed.misfits, ...rest.misfits] };
  }
  return conformed;
}

interface Taken {
  readonly attribute: string;
  readonly values: ReadonlySet<string>;
}

function withoutValues(resource: JsonObject, taken: Taken, schema: CustomSchema, type: ResourceType): Conformed {
  const [name = '', subName] = taken.attribute.slice(schema.id.length + 1).split('.');
  const attribute = schema.attributes.find((known) => known.name === name);
  const extension = member(resource, schema.id);
  if (attribute === undefined) throw new Error(`${taken.attribute} is none of ${schema.id}`);
  // Nothing is left of it where another attribute of the schema has lost what it requires.
  if (!isJsonObject(extension)) return { resource, misfits: [] };
  const sub = subName === undefined ? undefined : findSubAttribute(attribute, subName);
  const carries = (value: JsonValue): boolean =>
    matchingValues(searchForm({ [schema.id]: { [name]: value } }, type), type).some(
      (found) => found.attribute === taken.attribute && taken.values.has(found.value),
    );
  const rest = without(member(extension, name) ?? null, attribute, sub, carries);
  const problem = 'another resource has the same value, and the attribute must be unique';
  const misfits = Array.from(taken.values, () => ({ attribute: taken.attribute, problem }));
  return settle(withMember(resource, schema.id, withMember(extension, name, rest)), schema, type, misfits);
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
