import type { AttributeReference } from './filter/tree.js';
import type { Attribute, ResourceType, Schema } from './schemas/attribute.js';
import { COMMON_ATTRIBUTES } from './schemas/common.js';

/** By names as the schemas spell them, which most senders do, and by their lower case. */
type ByName<Known> = ReadonlyMap<string, Known>;

/** The attributes of a resource type by their names. */
interface AttributeIndex {
  /** By URNs in lower case, the longest first, so that one that begins with another is found. */
  readonly schemas: ReadonlyMap<string, Schema>;
  readonly schemaNames: ByName<Schema>;
  readonly core: ByName<AttributeReference>;
  readonly byUrn: ByName<ByName<AttributeReference>>;
  readonly matching: readonly AttributeReference[];
}

/** What is written in front of the last name of a path: a URN that a schema has, another URN, or nothing. */
export interface QualifiedName {
  /** As the schema spells it where there is one, else as it was sent. */
  readonly urn: string | undefined;
  readonly schema: Schema | undefined;
  /** What follows the URN and its colon; empty if the URN stands alone. */
  readonly name: string;
}

const indexes = new WeakMap<ResourceType, AttributeIndex>();
const subAttributeIndexes = new WeakMap<Attribute, ByName<Attribute>>();

/**
 * The attribute of that name, in any case (RFC 7643 §2.1), or undefined.
 * Without a URN and with the URN of the core schema: core and common attributes. With an extension's: its attributes.
 */
export function findAttribute(resourceType: ResourceType, name: string, urn?: string): AttributeReference | undefined {
  const { core, byUrn } = indexOf(resourceType);
  const known = urn === undefined ? core : named(byUrn, urn);
  return known && named(known, name);
}

/**
 * The first extension's attribute of that name: for clients that leave out the URN, as Entra does with `manager`. A tenant's
 * own extensions are not searched: what a name without URN means is the same for every tenant.
 */
export function findExtensionAttribute(resourceType: ResourceType, name: string): AttributeReference | undefined {
  for (const extension of resourceType.extensions.filter(({ custom }) => custom !== true)) {
    const found = findAttribute(resourceType, name, extension.id);
    if (found) return found;
  }
  return undefined;
}

/** The sub-attribute of that name, in any case, or undefined. */
export function findSubAttribute(attribute: Attribute, name: string): Attribute | undefined {
  let index = subAttributeIndexes.get(attribute);
  if (!index) {
    index = inBothSpellings(attribute.subAttributes?.map((sub) => [sub.name, sub]) ?? []);
    subAttributeIndexes.set(attribute, index);
  }
  return named(index, name);
}

/** The schema of the resource type with that URN, in any case: the core schema or an extension. */
export function findSchema(resourceType: ResourceType, urn: string): Schema | undefined {
  return named(indexOf(resourceType).schemaNames, urn);
}

/**
 * Splits a name from the schema URN in front of it (RFC 7644 §3.10). URNs have dots and colons of their own:
 * the longest known URN wins; of an unknown one everything up to the last colon is taken.
 */
export function splitUrn(resourceType: ResourceType, text: string): QualifiedName {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return { urn: undefined, schema: undefined, name: text };
  const lower = text.toLowerCase();
  for (const [urn, schema] of indexOf(resourceType).schemas) {
    if (lower === urn) return { urn: schema.id, schema, name: '' };
    if (lower.startsWith(`${urn}:`)) return { urn: schema.id, schema, name: text.slice(urn.length + 1) };
  }
  return { urn: text.slice(0, colon), schema: undefined, name: text.slice(colon + 1) };
}

/** How the attribute is named in paths, messages and indexes: `emails.value`, `urn:…:2.0:User:manager.value`. */
export function attributeName(reference: AttributeReference): string {
  const urn = reference.extension === undefined ? '' : `${reference.extension}:`;
  const sub = reference.subAttribute === undefined ? '' : `.${reference.subAttribute.name}`;
  return `${urn}${reference.attribute.name}${sub}`;
}

/** The simple attributes and sub-attributes whose values are kept for matching: those of the core schema come first. */
export function matchingAttributes(resourceType: ResourceType): readonly AttributeReference[] {
  return indexOf(resourceType).matching;
}

function indexOf(resourceType: ResourceType): AttributeIndex {
  let index = indexes.get(resourceType);
  if (!index) {
    index = buildIndex(resourceType);
    indexes.set(resourceType, index);
  }
  return index;
}

function buildIndex({ schema, extensions }: ResourceType): AttributeIndex {
  const core = referencesTo([...COMMON_ATTRIBUTES, ...schema.attributes]);
  const references = [
    [schema.id, core] as const,
    ...extensions.map(({ id, attributes }) => [id, referencesTo(attributes, id)] as const),
  ];
  const schemas = [schema, ...extensions].sort((a, b) => b.id.length - a.id.length);
  const byName = (known: readonly AttributeReference[]): ByName<AttributeReference> =>
    inBothSpellings(known.map((reference) => [reference.attribute.name, reference]));
  return {
    schemas: new Map(schemas.map((known) => [known.id.toLowerCase(), known])),
    schemaNames: inBothSpellings(schemas.map((known) => [known.id, known])),
    core: byName(core),
    byUrn: inBothSpellings(references.map(([id, known]) => [id, byName(known)])),
    matching: references.flatMap(([, known]) => known.flatMap(matchingParts)),
  };
}

function inBothSpellings<Known>(known: readonly (readonly [string, Known])[]): ByName<Known> {
  return new Map([...known.map(([name, one]) => [name.toLowerCase(), one] as const), ...known]);
}

const named = <Known>(index: ByName<Known>, name: string): Known | undefined =>
  index.get(name) ?? index.get(name.toLowerCase());

function matchingParts(reference: AttributeReference): readonly AttributeReference[] {
  const { attribute } = reference;
  if (attribute.matching === true) return [reference];
  const parts = attribute.subAttributes?.filter(({ matching }) => matching === true) ?? [];
  return parts.map((subAttribute) => Object.freeze({ ...reference, subAttribute }));
}

function referencesTo(attributes: readonly Attribute[], extension?: string): readonly AttributeReference[] {
  const qualifier = extension === undefined ? {} : { extension };
  return attributes.map((known) => Object.freeze({ ...qualifier, attribute: known }));
}
