import type { Hold } from '../model/hold.js';
import type { TrackedLine } from '../model/line.js';
import { matchesFilter } from '../protocol/filter/evaluate-filter.js';
import { parseFilter } from '../protocol/filter/parse-filter.js';
import type { FilterNode } from '../protocol/filter/tree.js';
import type { JsonObject, JsonValue } from '../protocol/json.js';
import { attribute, type Attribute, type ResourceType } from '../protocol/schemas/attribute.js';
import { invalidValue, ScimError } from '../protocol/scim-error.js';
import { searchForm } from '../protocol/search-form.js';

/** A hold with the names of what it holds, for people. */
export interface NamedHold extends Hold {
  /** userName or displayName; of a membership, the group's; the id of what is neither staged nor mirrored. */
  readonly name: string;
  /** Of a membership, the member's. */
  readonly memberName?: string;
  /** Whether it has ended by itself, so that it keeps nothing from being applied. */
  readonly ended: boolean;
}

const id = (name: string, description: string): Attribute => attribute(name, description, { caseExact: true });

const TARGET = [
  attribute('subject', 'account, group or membership'),
  attribute('name', 'userName or displayName; of a membership, the displayName of the group'),
  attribute('memberName', 'of a membership, the userName or displayName of the member'),
  id('resourceId', 'the SCIM id; of a membership, that of the group'),
  id('memberId', 'of a membership, the SCIM id of the member'),
];

/** A line of a plan as a filter sees it. */
const LINE = viewOf('Line', [
  ...TARGET,
  attribute('number', 'the number of the line', { type: 'integer' }),
  attribute('kind', 'what the line does'),
  attribute('would', 'what a held or conflicting line would do otherwise'),
  attribute('state', 'the outcome of the line, or planned'),
  attribute('sentence', 'why it is a conflict, held or to be confirmed'),
  attribute('changes', 'the attributes that change', {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('attribute', "the backend's name of the attribute"),
      attribute('before', 'the old value as text; absent where there was none'),
      attribute('after', 'the new value as text; absent where there is none'),
    ],
  }),
]);

/** A hold as a filter sees it. */
const HOLD = viewOf('Hold', [
  ...TARGET,
  attribute('by', 'who holds it'),
  attribute('at', 'since when', { type: 'dateTime' }),
  attribute('until', 'until when, where it ends by itself', { type: 'dateTime' }),
  attribute('reason', 'why'),
  id('undoneRun', 'the run that was undone, where that is why'),
]);

/** The names that a filter on lines may use, for messages and help. */
export const LINE_FILTER_NAMES = namesIn(LINE);
/** The names that a filter on holds may use, for messages and help. */
export const HOLD_FILTER_NAMES = namesIn(HOLD);

/**
 * A filter on the lines of a plan, in the grammar of RFC 7644 §3.4.2.2: `kind eq "delete" and name ew "@contoso.example"`.
 * @throws ScimError 400 `invalidValue` for what cannot be read, and for names that lines do not have
 */
export function lineFilter(text: string): (line: TrackedLine) => boolean {
  const matches = filterOn(LINE, text);
  return ({ changes, ...line }) =>
    matches({
      ...given(line, [
        'subject',
        'name',
        'memberName',
        'resourceId',
        'memberId',
        'number',
        'kind',
        'would',
        'state',
        'sentence',
      ]),
      changes: changes.map(({ attribute: name, before, after }) => ({
        attribute: name,
        before: textOf(before),
        after: textOf(after),
      })),
    });
}

/**
 * A filter on holds, in the same grammar: `reason co "leave" or undoneRun pr`.
 * @throws ScimError 400 `invalidValue` for what cannot be read, and for names that holds do not have
 */
export function holdFilter(text: string): (hold: NamedHold) => boolean {
  const matches = filterOn(HOLD, text);
  return (hold) =>
    matches(
      given(hold, [
        'subject',
        'name',
        'memberName',
        'resourceId',
        'memberId',
        'by',
        'at',
        'until',
        'reason',
        'undoneRun',
      ]),
    );
}

function filterOn(view: ResourceType, text: string): (object: JsonObject) => boolean {
  const filter = parsed(view, text);
  if (hasUnknown(filter)) {
    throw invalidValue(`The filter uses an unknown name. The names are ${namesIn(view).join(', ')}.`);
  }
  return (object) => matchesFilter(filter, searchForm(object, view));
}

/** @throws ScimError 400 `invalidValue`: a word of its own for filters is for provisioning clients */
function parsed(view: ResourceType, text: string): FilterNode {
  try {
    return parseFilter(text, view);
  } catch (error) {
    throw error instanceof ScimError ? invalidValue(error.message) : error;
  }
}

function hasUnknown(node: FilterNode): boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.operands.some(hasUnknown);
    case 'not':
      return hasUnknown(node.operand);
    case 'valuePath':
      return hasUnknown(node.condition);
    case 'unknown':
      return true;
    case 'compare':
    case 'present':
      return false;
  }
}

function given<Name extends string>(
  object: Readonly<Partial<Record<Name, string | number>>>,
  names: readonly Name[],
): JsonObject {
  return Object.fromEntries(
    names.flatMap((name): [string, JsonValue][] => {
      const value = object[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const textOf = (value: JsonValue): string | null =>
  value === null || typeof value === 'string' ? value : JSON.stringify(value);

/** Filters look names up in a resource type; which of the two it says it is does not matter to them. */
function viewOf(name: string, attributes: readonly Attribute[]): ResourceType {
  const schema = { id: `urn:flexwhere:${name}`, name, description: name, attributes };
  return { name: 'User', endpoint: '/Users', description: name, schema, extensions: [] };
}

function namesIn({ schema }: ResourceType): readonly string[] {
  return schema.attributes.flatMap(({ name, subAttributes = [] }) =>
    subAttributes.length === 0 ? [name] : subAttributes.map((part) => `${name}.${part.name}`),
  );
}
