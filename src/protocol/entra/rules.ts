import { checkExtent } from '../canonical/extent.js';
import { canonicalNames } from '../canonical/names.js';
import { isJsonArray, isJsonObject, member, withMember, type JsonObject, type JsonValue } from '../json.js';
import { atPlace, sentPlace, type SentPlace } from '../patch/place.js';
import type { ResourceType } from '../schemas/attribute.js';
import { Dialect } from './dialect.js';
import {
  EXTENSION_ATTRIBUTE_WITHOUT_URN,
  KEYS_ARE_PATHS,
  OPERATION_IN_ANY_CASE,
  READ_ONLY_KEYS_SKIPPED,
  REPLACE_MEMBERS_ADDS,
} from './operations.js';
import { MEANING_RULES, type MeaningRule } from './rule.js';
import type { DialectSettings, EntraRule } from './rule.js';
import { CORE_ATTRIBUTE_WITH_URN, DRAFT_SCHEMA_URNS } from './schema-urns.js';
import {
  ARRAY_FOR_SINGLE_VALUE,
  BOOLEAN_AS_STRING,
  EMPTY_CLEARS,
  OBJECT_FOR_SIMPLE_VALUE,
  ROLE_AS_JSON,
  ROLE_DISPLAY_NAME,
  STRING_FOR_ELEMENT,
  STRING_FOR_REFERENCE,
} from './values.js';

/** Every deviation from the RFC that is accepted from Entra, in the order in which the rules apply. */
export const ENTRA_RULES: readonly EntraRule[] = [
  OPERATION_IN_ANY_CASE,
  ARRAY_FOR_SINGLE_VALUE,
  DRAFT_SCHEMA_URNS,
  CORE_ATTRIBUTE_WITH_URN,
  EXTENSION_ATTRIBUTE_WITHOUT_URN,
  KEYS_ARE_PATHS,
  READ_ONLY_KEYS_SKIPPED,
  OBJECT_FOR_SIMPLE_VALUE,
  EMPTY_CLEARS,
  STRING_FOR_REFERENCE,
  STRING_FOR_ELEMENT,
  BOOLEAN_AS_STRING,
  ROLE_AS_JSON,
  ROLE_DISPLAY_NAME,
  REPLACE_MEMBERS_ADDS,
  ...MEANING_RULES,
];

/** The rules that hold for a tenant: one that refuses unknown attributes does without the rule that tolerates them. */
export const acceptedBy = (rules: readonly EntraRule[], unknown: 'ignore' | 'refuse'): readonly EntraRule[] =>
  unknown === 'ignore' ? rules : rules.filter(({ name }) => name !== 'unknown-attribute-tolerated');

/** The meanings of standard forms that are not among these rules. */
export const meaningsMissingFrom = (rules: readonly EntraRule[]): ReadonlySet<MeaningRule> =>
  new Set(MEANING_RULES.filter((rule) => !rules.includes(rule)).map(({ name }) => name));

/** A message in standard form, and the names of the rules that made a difference. */
export interface Normalized {
  readonly message: JsonObject;
  readonly rules: readonly string[];
}

/** A PATCH message in standard form. */
export interface NormalizedPatch extends Normalized {
  /** Where each of its operations stands in what was sent, since one that was sent may stand for several. */
  readonly sent: readonly SentPlace[];
}

/**
 * A body with the names of attributes where the standard has them, in the schemas' spelling, for the document to be held
 * to it.
 * @throws ScimError 400 `invalidSyntax` when one attribute is given twice, `tooMany` for more than one request may ask for
 */
export function standardNames(
  body: JsonObject,
  type: ResourceType,
  rules: readonly EntraRule[] = ENTRA_RULES,
): Normalized {
  const spelled = canonicalNames(body, type);
  checkExtent(spelled, type);
  const dialect = new Dialect(rules, isJsonArray(member(spelled, 'Operations')) ? 'patch' : 'resource');
  const message = dialect.keys(spelled, type);
  return { message: message === spelled ? spelled : canonicalNames(message, type), rules: [...dialect.fired] };
}

/**
 * A PATCH message in standard form.
 * @param message with canonical names, see canonical-names.ts
 */
export function normalizePatch(
  message: JsonObject,
  type: ResourceType,
  settings: DialectSettings = {},
  rules: readonly EntraRule[] = ENTRA_RULES,
): NormalizedPatch {
  const operations = member(message, 'Operations');
  if (!isJsonArray(operations)) return { message, rules: [], sent: [] };
  const dialect = new Dialect(rules, 'patch');
  const sent: SentPlace[] = [];
  const standard = operations.flatMap((operation, index): readonly JsonValue[] => {
    const place = sentPlace(operation, index);
    const meant = atPlace(place, () =>
      isJsonObject(operation) ? dialect.operation(operation, { type, settings }) : [operation],
    );
    sent.push(...meant.map(() => place));
    return meant;
  });
  return { message: withMember(message, 'Operations', standard), rules: [...dialect.fired], sent };
}

/**
 * The body of a create or a PUT in standard form.
 * @param body with canonical names, see canonical-names.ts
 */
export function normalizeResource(
  body: JsonObject,
  type: ResourceType,
  rules: readonly EntraRule[] = ENTRA_RULES,
): Normalized {
  const dialect = new Dialect(rules, 'resource');
  return { message: dialect.resource(body, type), rules: [...dialect.fired] };
}
