import type { Attribute } from '../schemas/attribute.js';
import { conflict } from '../scim-error.js';
import type { CustomSchema } from './definition.js';

/**
 * The result of registering a schema again: attributes may be added, and what says nothing about the
 * form of values may change. What is matching stays so, since searches use it while values are taken over.
 * @throws ScimError 409 that names the attribute whose type would change, or that would go
 */
export function changedSchema(before: CustomSchema, after: CustomSchema): CustomSchema {
  if (before.resourceType !== after.resourceType) {
    throw conflict(
      `${before.id} extends ${before.resourceType}, and cannot extend ${after.resourceType} instead; register another URN.`,
    );
  }
  return { ...after, id: before.id, attributes: changedAttributes(before.attributes, after.attributes, before.id) };
}

function changedAttributes(
  before: readonly Attribute[],
  after: readonly Attribute[],
  of: string,
): readonly Attribute[] {
  const had = new Map(before.map((attribute) => [attribute.name.toLowerCase(), attribute]));
  const has = new Set(after.map(({ name }) => name.toLowerCase()));
  const gone = before.find(({ name }) => !has.has(name.toLowerCase()));
  if (gone) throw conflict(`The attribute "${gone.name}" of ${of} cannot be removed; leave it in.`);
  return after.map((attribute) => changedAttribute(had.get(attribute.name.toLowerCase()), attribute, of));
}

function changedAttribute(before: Attribute | undefined, after: Attribute, of: string): Attribute {
  if (before === undefined) return after;
  for (const field of ['name', 'type', 'multiValued', 'caseExact'] as const) {
    if (before[field] !== after[field]) {
      throw conflict(
        `"${field}" of the attribute "${before.name}" of ${of} is ${String(before[field])} and cannot change; add another attribute.`,
      );
    }
  }
  return { ...after, ...stillMatching(before), ...stillSubAttributes(before, after, of) };
}

function stillMatching({ matching, maxLength }: Attribute): Partial<Attribute> {
  return matching === true ? { matching, ...(maxLength === undefined ? {} : { maxLength }) } : {};
}

function stillSubAttributes(before: Attribute, after: Attribute, of: string): Partial<Attribute> {
  if (after.subAttributes === undefined) return {};
  const where = `${before.name} of ${of}`;
  return { subAttributes: changedAttributes(before.subAttributes ?? [], after.subAttributes, where) };
}
