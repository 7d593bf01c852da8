import { findAttribute } from './attribute-lookup.js';
import { canonicalizeResource } from './canonicalize.js';
import { conformAttribute, type Fit } from './custom-schema-values.js';
import type { CustomSchema } from './custom-schema.js';
import { isJsonObject, member, withMember, type JsonObject, type JsonValue } from './json.js';
import type { ResourceType } from './schemas/attribute.js';
import { ScimError } from './scim-error.js';

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
 * @param resource in canonical form, but for what the schema is about
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
