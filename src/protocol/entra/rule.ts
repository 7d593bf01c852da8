import type { JsonObject, JsonValue } from '../json.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';

/** What a tenant's settings say about Entra's dialect. */
export interface DialectSettings {
  /** Whether `replace` on `members` adds. */
  readonly groupReplaceAdds?: boolean;
}

/** Where an operation stands. */
export interface OperationContext {
  readonly type: ResourceType;
  readonly settings: DialectSettings;
}

/** Where a value stands. */
export interface ValueContext {
  readonly message: 'patch' | 'resource';
  /** Undefined where no schema knows the attribute. */
  readonly attribute: Attribute | undefined;
  /** Whether one value is meant: of a single-valued attribute, an element, a sub-attribute. */
  readonly single: boolean;
}

/**
 * One deviation from the RFC that is accepted from Entra. A rule rewrites what it is for into standard form, and leaves
 * everything else as it is; one without functions tells the PATCH code what a standard form means.
 */
export interface EntraRule {
  readonly name: string;
  /** `validator` where no source has Entra's provisioning service itself sending this, but validators or single reports do. */
  readonly sender: 'entra' | 'validator';
  /** Why it is accepted, in a sentence for the administrator who reads the activity log. */
  readonly why: string;
  /** The operations that one operation stands for; undefined when the rule is not for it. Names are canonical. */
  readonly operation?: (operation: JsonObject, context: OperationContext) => readonly JsonObject[] | undefined;
  /** What a value stands for; the value itself when the rule is not for it. */
  readonly value?: (value: JsonValue, context: ValueContext) => JsonValue;
  /** What the body of a create or a PUT stands for; undefined when the rule is not for it. */
  readonly resource?: (body: JsonObject, type: ResourceType) => JsonObject | undefined;
}

/** The names of the rules that say what a standard form means; the PATCH code asks for them (patch/options.ts). */
export type MeaningRule =
  'unmatched-filter-creates' | 'named-members-removed' | 'filter-on-single-value' | 'unknown-attribute-tolerated';

/**
 * Sent: `{"op": "Replace", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+31 6"}` where there is no mobile
 * number. Meant: `{"op": "add", "path": "phoneNumbers", "value": [{"type": "mobile", "value": "+31 6"}]}`.
 */
const UNMATCHED_FILTER_CREATES: EntraRule & { name: MeaningRule } = {
  name: 'unmatched-filter-creates',
  sender: 'entra',
  why: 'Entra sets a value behind a filter whether or not there is one, and cannot do otherwise when it is refused.',
};

/**
 * Sent without the flag: `{"op": "Remove", "path": "members", "value": [{"value": "<id>"}]}`. Meant: `{"op": "remove",
 * "path": "members[value eq \"<id>\"]"}`. By RFC 7644 §3.5.2.2 it would empty the group.
 */
const NAMED_MEMBERS_REMOVED: EntraRule & { name: MeaningRule } = {
  name: 'named-members-removed',
  sender: 'entra',
  why: 'Entra without the flag names the members to remove in the value.',
};

/**
 * Sent: `{"op": "remove", "path": "urn:…:User:manager[value eq \"<id>\"]"}`. Meant: `{"op": "remove", "path":
 * "urn:…:User:manager"}`, if that is the manager.
 */
const FILTER_ON_SINGLE_VALUE: EntraRule & { name: MeaningRule } = {
  name: 'filter-on-single-value',
  sender: 'entra',
  why: 'A manager has been seen removed by a filter on its value.',
};

/**
 * Sent: `{"op": "Add", "path": "urn:…:Custom:2.0:User:costObject", "value": "7"}`, or `{"path": "favouriteColour", …}`, along
 * with others. Meant: the others too. The first is kept as sent, the second passed over.
 */
const UNKNOWN_ATTRIBUTE_TOLERATED: EntraRule & { name: MeaningRule } = {
  name: 'unknown-attribute-tolerated',
  sender: 'entra',
  why: 'One refused attribute would block all others of the request for ever, a deactivation too.',
};

/** The rules that say what a standard form means. */
export const MEANING_RULES: readonly (EntraRule & { readonly name: MeaningRule })[] = [
  UNMATCHED_FILTER_CREATES,
  NAMED_MEMBERS_REMOVED,
  FILTER_ON_SINGLE_VALUE,
  UNKNOWN_ATTRIBUTE_TOLERATED,
];
