import { findAttribute } from '../attribute-lookup.js';
import { canonicalizeResource, assigned, checkRequired } from '../canonical/canonicalize.js';
import { valueNames } from '../canonical/names.js';
import { canonicalizeMembers } from '../canonical/value.js';
import { normalizeResource } from '../entra/rules.js';
import { canonicalText } from '../equality.js';
import { isJsonObject, member, withMember, type JsonObject, type JsonValue, isJsonArray, mapMembers } from '../json.js';
import type { ResourceType, Attribute } from '../schemas/attribute.js';
import { ScimError } from '../scim-error.js';
import type { CustomSchema } from './definition.js';

/** A staged value that does not fit a schema. */
export interface Misfit {
  /** As paths name it: `urn:…:2.0:User:costCenter`; the URN alone where it is the extension as a whole. */
  readonly attribute: string;
  /** What is wrong, in a sentence. */
  readonly problem: string;
}

/** A resource as a schema has it. */
export interface Conformed {
  /** In canonical form, without what does not fit; as it was where it has nothing under the schema's URN. */
  readonly resource: JsonObject;
  readonly misfits: readonly Misfit[];
}

/**
 * Takes a staged resource over into a schema that is being registered: what was kept as sent under its URN, in whatever
 * spelling, becomes typed values, by the same rules by which a create takes them, Entra's dialect included.
 * @param resource in canonical form, except for what the schema is about
 * @param type with the schema among its extensions
 */
export function conform(resource: JsonObject, schema: CustomSchema, type: ResourceType): Conformed {
  const key = keyOf(resource, schema.id);
  const given = key === undefined ? undefined : member(resource, key);
  if (key === undefined || !isJsonObject(given)) return { resource, misfits: [] };
  const { extension, misfits } = conformExtension(given, schema, type);
  return settle(withMember(withMember(resource, key, undefined), schema.id, extension), schema, type, misfits);
}

/** Whether a resource may have something under the URN, told from its JSON text without reading it. */
export function mayHave(document: string, urn: string): boolean {
  return document.toLowerCase().includes(`"${urn.toLowerCase()}":`);
}

/** The resource in canonical form; without the extension where it lacks what the schema requires. */
export function settle(
  resource: JsonObject,
  { id }: CustomSchema,
  type: ResourceType,
  misfits: readonly Misfit[],
): Conformed {
  try {
    return { resource: canonicalizeResource(resource, type), misfits };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    const without = canonicalizeResource(withMember(resource, id, undefined), type);
    return { resource: without, misfits: [...misfits, { attribute: id, problem: error.message }] };
  }
}

function keyOf(resource: JsonObject, urn: string): string | undefined {
  if (Object.hasOwn(resource, urn)) return urn;
  const folded = urn.toLowerCase();
  return Object.keys(resource).find((name) => name.toLowerCase() === folded);
}

function conformExtension(
  given: JsonObject,
  { id }: CustomSchema,
  type: ResourceType,
): { extension: JsonObject; misfits: readonly Misfit[] } {
  const members = new Map<string, JsonValue>();
  const misfits: Misfit[] = [];
  for (const [name, held] of Object.entries(given)) {
    const attribute = findAttribute(type, name, id)?.attribute;
    const spelled = attribute?.name ?? name;
    const fit: Fit = members.has(spelled)
      ? { value: members.get(spelled), problems: ['it is there twice, in two spellings'] }
      : attribute === undefined
        ? { value: held, problems: [] }
        : conformAttribute(held, attribute, id, type);
    if (fit.value !== undefined) members.set(spelled, fit.value);
    misfits.push(...fit.problems.map((problem) => ({ attribute: `${id}:${spelled}`, problem })));
  }
  return { extension: Object.fromEntries(members), misfits };
}

/** What fits of a staged value, and what is wrong with the rest. */
interface Fit {
  readonly value: JsonValue | undefined;
  readonly problems: readonly string[];
}

/** What fits of a value that was kept as sent; of a multi-valued attribute, those elements that fit. */
function conformAttribute(held: JsonValue, attribute: Attribute, urn: string, type: ResourceType): Fit {
  const fit = (value: JsonValue): Fit => conformValue(value, attribute, urn, type);
  if (!attribute.multiValued) return fit(held);
  const elements = isJsonArray(held) ? held : [held];
  const whole = fit(elements);
  if (whole.problems.length === 0) return whole;
  const fits = elements.map((element) => fit([element]));
  const rest = fit(elements.filter((_, index) => fits[index]?.problems.length === 0));
  const problems = [...fits.flatMap((one) => one.problems), ...rest.problems];
  return { value: rest.value, problems };
}

function conformValue(held: JsonValue, attribute: Attribute, urn: string, type: ResourceType): Fit {
  try {
    const standard = inStandardForm(held, attribute, urn, type);
    const value = canonicalizeMembers({ [attribute.name]: standard }, [attribute], `${urn}:`)[attribute.name];
    if (value !== undefined) checkRequired({ [attribute.name]: value }, [attribute], `${urn}:`);
    if (textOf(standard) === textOf(value)) return { value, problems: [] };
    return {
      value: undefined,
      problems: ['it has parts that would not be stored: they are unknown or read-only'],
    };
  } catch (error) {
    if (error instanceof ScimError) return { value: undefined, problems: [error.message] };
    throw error;
  }
}

/** The value as if a create had sent it. */
function inStandardForm(held: JsonValue, attribute: Attribute, urn: string, type: ResourceType): JsonValue {
  const sent = { [urn]: { [attribute.name]: valueNames(held, attribute) } };
  const extension = member(normalizeResource(sent, type).message, urn);
  return (isJsonObject(extension) ? member(extension, attribute.name) : undefined) ?? null;
}

/** A text that tells apart values that mean something else: what is empty, and what is there twice, does not count. */
function textOf(value: JsonValue | undefined): string {
  return canonicalText(distinct(assigned(value ?? null) ?? null));
}

function distinct(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return [...new Map(value.map((one) => [canonicalText(one), distinct(one)])).values()];
  return isJsonObject(value) ? mapMembers(value, distinct) : value;
}
