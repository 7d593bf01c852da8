import { assigned } from './canonicalize-assigned.js';
import { checkRequired } from './canonicalize-required.js';
import { canonicalizeMembers } from './canonicalize-value.js';
import { valueNames } from './canonical-names.js';
import { normalizeResource } from './entra.js';
import { canonicalText } from './equality.js';
import { isJsonArray, isJsonObject, mapMembers, member, type JsonValue } from './json.js';
import type { Attribute, ResourceType } from './schemas/attribute.js';
import { ScimError } from './scim-error.js';

/** What fits of a staged value, and what is wrong with the rest. */
export interface Fit {
  readonly value: JsonValue | undefined;
  readonly problems: readonly string[];
}

/** What fits of a value that was kept as sent; of a multi-valued attribute, those elements that fit. */
export function conformAttribute(held: JsonValue, attribute: Attribute, urn: string, type: ResourceType): Fit {
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
      problems: ['it has parts that nothing would be kept of: unknown or not for clients to set'],
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
