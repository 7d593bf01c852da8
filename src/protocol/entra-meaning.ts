import type { EntraRule } from './entra-rule.js';

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
