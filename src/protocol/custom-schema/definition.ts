import type { JsonObject, JsonValue } from '../json.js';
import type { Attribute, AttributeType, ResourceType, ResourceTypeName, Schema } from '../schemas/attribute.js';
import { GROUP, USER } from '../schemas/resource-types.js';
import { invalidValue } from '../scim-error.js';
import type { MatchingValue } from '../search-form.js';
import { parseAttributes, arrayOf, choiceOf, partAt, textOf, type Part } from './attribute.js';
import { checkSchemaUrn } from './urn.js';

/** An extension of users or groups that an administrator registered for one tenant. */
export interface CustomSchema extends Schema {
  readonly custom: true;
  /** The resources that it extends. */
  readonly resourceType: ResourceTypeName;
}

/** How many attributes a schema may have, sub-attributes included. */
export const MOST_ATTRIBUTES = 200;

const FIELDS = new Set(['schemas', 'id', 'name', 'description', 'resourceType', 'attributes', 'meta']);

/**
 * Reads the definition of a schema in the form of RFC 7643 §7. Besides, `resourceType` says what it extends (User unless the
 * URN ends in `:Group`), and attributes may be `matching`. `schemas` and `meta` are ignored, so that an answer of
 * /Schemas can be sent as it is.
 * @param urn where the definition is sent to, which its `id` may repeat
 * @throws ScimError 400 `invalidSyntax` or `invalidValue` that says what to change
 */
export function parseCustomSchema(definition: JsonValue, urn?: string): CustomSchema {
  const part = partAt(definition, 'the schema', FIELDS);
  const id = checkSchemaUrn(textOf(part, 'id', 1_000, urn));
  if (urn !== undefined && urn.toLowerCase() !== id.toLowerCase()) {
    throw invalidValue(
      `The id of the schema is "${id}", but it was sent as "${urn.slice(0, 200)}". Make them the same.`,
    );
  }
  return {
    id,
    name: textOf(part, 'name', 200, id),
    description: textOf(part, 'description', 1_000, ''),
    custom: true,
    resourceType: resourceTypeOf(part, id),
    attributes: attributesOf(part),
  };
}

function resourceTypeOf(part: Part, urn: string): ResourceTypeName {
  const others: readonly [ResourceTypeName, ResourceTypeName] = ['User', 'Group'];
  return choiceOf(part, 'resourceType', /:group$/i.test(urn) ? ['Group', 'User'] : others);
}

function attributesOf(part: Part): readonly Attribute[] {
  const given = arrayOf(part, 'attributes') ?? [];
  if (given.length === 0) throw invalidValue('The schema needs "attributes" with at least one attribute.');
  if (given.length > MOST_ATTRIBUTES) throw tooMany();
  const attributes = parseAttributes(given, 'the schema');
  const count = attributes.reduce((sum, { subAttributes = [] }) => sum + 1 + subAttributes.length, 0);
  if (count > MOST_ATTRIBUTES) throw tooMany();
  return attributes;
}

const tooMany = (): Error =>
  invalidValue(
    `A schema takes at most ${MOST_ATTRIBUTES} attributes, sub-attributes included; register several schemas.`,
  );

/**
 * Says which of the tenant's own schemas a resource has something under: a matching value with the URN as its attribute,
 * and nothing as its value. So it is known how many resources use a schema without reading them.
 * @param resource in canonical form
 */
export function presenceOf(resource: JsonObject, { extensions }: ResourceType): readonly MatchingValue[] {
  const present = extensions.filter(({ id, custom }) => custom === true && Object.hasOwn(resource, id));
  return present.map(({ id }) => ({ attribute: id, value: '' }));
}

/** Whether every attribute of the tenant's own schemas is returned by default; others have to be left out of what is stored. */
export function returnsAll({ extensions }: ResourceType): boolean {
  return extensions.every((schema) => schema.custom !== true || isReturnedWhole(schema));
}

const returnedWhole = new WeakMap<Schema, boolean>();

function isReturnedWhole(schema: Schema): boolean {
  const isReturned = ({ returned, subAttributes = [] }: Attribute): boolean =>
    (returned === 'default' || returned === 'always') && subAttributes.every(isReturned);
  const known = returnedWhole.get(schema) ?? schema.attributes.every(isReturned);
  returnedWhole.set(schema, known);
  return known;
}

// Type aliases, since an interface does not count as a JSON object.

/** The definition of an attribute (RFC 7643 §7), with `matching`. */
type AttributeJson = {
  name: string;
  type: AttributeType;
  subAttributes?: SubAttributeJson[];
  multiValued: boolean;
  description: string;
  required: boolean;
  canonicalValues?: string[];
  caseExact?: boolean;
  mutability: Attribute['mutability'];
  returned: Attribute['returned'];
  uniqueness?: Uniqueness;
  referenceTypes?: string[];
  matching?: true;
};

type SubAttributeJson = Omit<AttributeJson, 'type' | 'subAttributes'> & { type: Exclude<AttributeType, 'complex'> };
type Uniqueness = Exclude<Attribute['uniqueness'], 'global'>;

/** The definition of a schema as parseCustomSchema reads it. */
export type CustomSchemaJson = {
  id: string;
  name: string;
  description: string;
  resourceType: ResourceTypeName;
  attributes: AttributeJson[];
};

/** The definition of a schema in the form of RFC 7643 §7, as parsing it takes it. */
export function customSchemaJson({ id, name, description, resourceType, attributes }: CustomSchema): CustomSchemaJson {
  return { id, name, description, resourceType, attributes: attributes.map(attributeJson) };
}

function attributeJson(attribute: Attribute): AttributeJson {
  const { type, subAttributes } = attribute;
  const parts = subAttributes?.flatMap((sub) => (sub.type === 'complex' ? [] : [simpleJson(sub, sub.type)]));
  return parts ? { ...simpleJson(attribute, type), subAttributes: parts } : simpleJson(attribute, type);
}

function simpleJson<Type extends AttributeType>(
  attribute: Attribute,
  type: Type,
): Omit<AttributeJson, 'type'> & { type: Type } {
  const { name, multiValued, description, required, caseExact, mutability, returned } = attribute;
  const { canonicalValues, referenceTypes, uniqueness, matching } = attribute;
  const compared = type !== 'complex' && type !== 'boolean' && uniqueness !== 'global';
  return {
    name,
    type,
    multiValued,
    description,
    required,
    ...(canonicalValues ? { canonicalValues: [...canonicalValues] } : {}),
    ...(compared ? { caseExact, uniqueness } : {}),
    mutability,
    returned,
    ...(referenceTypes ? { referenceTypes: [...referenceTypes] } : {}),
    ...(matching === true ? { matching } : {}),
  };
}

/** The resource types of a tenant, by name. */
export type ResourceTypes = Readonly<Record<ResourceTypeName, ResourceType>>;

/** The resource types of a tenant that has these schemas of its own. */
export function typesWith(schemas: readonly (CustomSchema | undefined)[]): ResourceTypes {
  return { User: withExtensions(USER, schemas), Group: withExtensions(GROUP, schemas) };
}

function withExtensions(type: ResourceType, schemas: readonly (CustomSchema | undefined)[]): ResourceType {
  const own = schemas.filter((schema) => schema !== undefined).filter(({ resourceType }) => resourceType === type.name);
  return own.length === 0 ? type : { ...type, extensions: [...type.extensions, ...own] };
}
