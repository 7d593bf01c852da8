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
  /** Undefined if no schema defines the attribute. */
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
  /** The operations that one operation stands for; undefined when the rule is not for it. Names are canonical. */
  readonly operation?: (operation: JsonObject, context: OperationContext) => readonly JsonObject[] | undefined;
  /** What a value stands for; the value itself when the rule is not for it. */
  readonly value?: (value: JsonValue, context: ValueContext) => JsonValue;
  /**
   * What the names in a body stand for, or in the value of an operation without path; the body itself when the rule is not
   * for it. Asked before the body is held to the document, so that the document has the standard's names only.
   */
  readonly keys?: (body: JsonObject, type: ResourceType, message: 'patch' | 'resource') => JsonObject;
  /** What the body of a create or a PUT stands for; undefined when the rule is not for it. */
  readonly resource?: (body: JsonObject, type: ResourceType) => JsonObject | undefined;
}

/** The names of the rules that say what a standard form means; the PATCH code asks for them (patch/options.ts). */
export type MeaningRule =
  | 'unmatched-filter-creates'
  | 'unmatched-remove-done'
  | 'filtered-replace-merges'
  | 'named-members-removed'
  | 'filter-on-single-value'
  | 'unknown-attribute-tolerated';

/**
 * Sent: `{"op": "Replace", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+31 6"}` if there is no mobile
 * number. Meant: `{"op": "add", "path": "phoneNumbers", "value": [{"type": "mobile", "value": "+31 6"}]}`. Entra sets a
 * value behind a filter whether or not there is one, and cannot do otherwise when it is refused.
 */
const UNMATCHED_FILTER_CREATES: EntraRule & { name: MeaningRule } = {
  name: 'unmatched-filter-creates',
  sender: 'entra',
};

/**
 * Sent: `{"op": "Remove", "path": "addresses[type eq \"work\"].streetAddress"}` if there is no such address, or none any
 * more since the answer to the first request was lost. Meant: what is not there is removed already. A removal is repeated
 * when its answer was lost, and refusing it would block all others of the request.
 */
const UNMATCHED_REMOVE_DONE: EntraRule & { name: MeaningRule } = {
  name: 'unmatched-remove-done',
  sender: 'validator',
};

/**
 * Sent: `{"op": "replace", "path": "emails[type eq \"work\"]", "value": {"value": "x"}}`. Meant: the address becomes x; its
 * type and what else the value does not name stay. Clients that replace what a filter chose send the parts that changed, as
 * other large servers have it.
 */
const FILTERED_REPLACE_MERGES: EntraRule & { name: MeaningRule } = {
  name: 'filtered-replace-merges',
  sender: 'validator',
};

/**
 * Sent without the flag: `{"op": "Remove", "path": "members", "value": [{"value": "<id>"}]}`. Meant: `{"op": "remove",
 * "path": "members[value eq \"<id>\"]"}`. By RFC 7644 §3.5.2.2 it would empty the group. Entra without the flag names the
 * members to remove in the value.
 */
const NAMED_MEMBERS_REMOVED: EntraRule & { name: MeaningRule } = {
  name: 'named-members-removed',
  sender: 'entra',
};

/**
 * Sent: `{"op": "remove", "path": "urn:…:User:manager[value eq \"<id>\"]"}`, or `"title[value eq \"x\"]"`. Meant: the manager,
 * or the title, if it has this value. False for `active` is stored in any case, since it may not be lost. Managers and
 * titles have been seen removed by a filter on their value.
 */
const FILTER_ON_SINGLE_VALUE: EntraRule & { name: MeaningRule } = {
  name: 'filter-on-single-value',
  sender: 'entra',
};

/**
 * Sent: `{"op": "Add", "path": "urn:…:Custom:2.0:User:costObject", "value": "7"}`, or `{"path": "favoriteColor", …}`,
 * `{"path": "custom:country", …}`, along with others. Meant: the others too. The first is kept as sent, the second and the
 * third ignored, since an administrator may type any name as a target. One refused attribute would block all others of
 * the request forever, a deactivation too.
 */
const UNKNOWN_ATTRIBUTE_TOLERATED: EntraRule & { name: MeaningRule } = {
  name: 'unknown-attribute-tolerated',
  sender: 'entra',
};

/** The rules that say what a standard form means. */
export const MEANING_RULES: readonly (EntraRule & { readonly name: MeaningRule })[] = [
  UNMATCHED_FILTER_CREATES,
  UNMATCHED_REMOVE_DONE,
  FILTERED_REPLACE_MERGES,
  NAMED_MEMBERS_REMOVED,
  FILTER_ON_SINGLE_VALUE,
  UNKNOWN_ATTRIBUTE_TOLERATED,
];
