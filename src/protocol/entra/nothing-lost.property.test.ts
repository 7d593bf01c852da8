import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalizeResource } from '../canonical/canonicalize.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { membershipOf } from '../membership.js';
import { PATCH_OP_SCHEMA } from '../messages.js';
import { planPatch } from '../patch/apply-patch.js';
import { replaceResource } from '../replace.js';
import type { ResourceType } from '../schemas/attribute.js';
import { ENTERPRISE_USER_SCHEMA } from '../schemas/enterprise-user.js';
import { GROUP, USER } from '../schemas/resource-types.js';
import { ScimError } from '../scim-error.js';
import { passedOver } from './passed-over.js';
import { normalizePatch, normalizeResource, standardNames } from './rules.js';

const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;
const CUSTOM = 'urn:ietf:params:scim:schemas:extension:Custom:2.0';

/** How a value may be spelled in a body, and whether it is stored, or passed over by a rule that the log has. */
interface Spelling {
  readonly key: string;
  readonly value: (text: string) => JsonValue;
  /** The rule that names it; undefined where it is stored. */
  readonly rule?: string;
}

const text = (sent: string): JsonValue => sent;

const SHARED: readonly Spelling[] = [
  { key: 'custom:country', value: text, rule: 'unknown-attribute-tolerated' },
  { key: 'Cost Center', value: text, rule: 'unknown-attribute-tolerated' },
  { key: 'favouriteColour.shade', value: text, rule: 'unknown-attribute-tolerated' },
  { key: 'id', value: text, rule: 'read-only-keys-skipped' },
  { key: 'meta', value: (sent) => ({ version: sent }), rule: 'read-only-keys-skipped' },
  { key: 'urn:scim:schemas:core:2.0:externalId', value: text },
];

const OF_USER: readonly Spelling[] = [
  ...SHARED,
  { key: `${USER.schema.id}:title`, value: text },
  { key: USER.schema.id, value: (sent) => ({ nickName: sent }) },
  { key: `${USER.schema.id}:name.givenName`, value: text },
  { key: 'name.familyName', value: text },
  { key: `${ENTERPRISE}:department`, value: text },
  { key: ENTERPRISE, value: (sent) => ({ division: sent }) },
  { key: `${ENTERPRISE}:manager`, value: text },
  { key: 'costCenter', value: text },
  { key: 'urn:scim:schemas:extension:enterprise:1.0:organization', value: text },
  { key: 'emails[type eq "work"].value', value: text },
  { key: 'addresses[type eq "work"].locality', value: text },
  { key: 'roles', value: (sent) => [sent] },
  { key: `${CUSTOM}:User:costObject`, value: text },
  { key: `${CUSTOM}:User`, value: (sent) => ({ sites: [sent] }) },
  { key: 'ims', value: (sent) => [{ value: 'x', hat: sent }], rule: 'unknown-attribute-tolerated' },
  { key: GROUP.schema.id, value: (sent) => ({ displayName: sent }), rule: 'unknown-attribute-tolerated' },
  { key: `${GROUP.schema.id}:displayName`, value: text, rule: 'unknown-attribute-tolerated' },
  { key: 'groups', value: (sent) => [{ value: sent }], rule: 'read-only-keys-skipped' },
  { key: 'password', value: text, rule: 'password-not-stored' },
];

const OF_GROUP: readonly Spelling[] = [
  ...SHARED,
  { key: `${GROUP.schema.id}:members`, value: (sent) => [sent] },
  { key: USER.schema.id, value: (sent) => ({ title: sent }), rule: 'unknown-attribute-tolerated' },
  { key: `${USER.schema.id}:title`, value: text, rule: 'unknown-attribute-tolerated' },
  { key: `${CUSTOM}:Group:owner`, value: text },
  { key: `${CUSTOM}:Group`, value: (sent) => ({ sites: [sent] }) },
];

interface Sent extends Spelling {
  readonly text: string;
}

/** Some of the spellings, each with a value of its own. */
const sentOf = (spellings: readonly Spelling[]): fc.Arbitrary<readonly Sent[]> =>
  fc
    .subarray([...spellings], { minLength: 1 })
    .chain((some) => fc.shuffledSubarray([...some], { minLength: some.length }))
    .map((some) => some.map((spelling, index) => ({ ...spelling, text: `sent-${index}-` })));

const bodyOf = (sent: readonly Sent[]): JsonObject =>
  Object.fromEntries(sent.map((one) => [one.key, one.value(one.text)]));

const base = (type: ResourceType): JsonObject => ({
  schemas: [type.schema.id],
  ...(type === USER ? { userName: 'u', active: true } : { displayName: 'g' }),
});

interface Outcome {
  readonly stored: JsonObject;
  readonly ids: string;
  readonly rules: readonly string[];
}

function created(body: JsonObject, type: ResourceType, current?: JsonObject): Outcome {
  const names = standardNames({ ...base(type), ...body }, type);
  const { message, rules } = normalizeResource(names.message, type);
  const stored = current ? replaceResource(current, message, type) : canonicalizeResource(message, type);
  const ids = JSON.stringify(type === GROUP ? membershipOf(message) : []);
  return { stored, ids, rules: [...names.rules, ...rules, ...passedOver(message, type)] };
}

function patched(operations: readonly JsonObject[], type: ResourceType, before: JsonObject): Outcome {
  const names = standardNames({ schemas: [PATCH_OP_SCHEMA], Operations: operations }, type);
  const { message, rules } = normalizePatch(names.message, type);
  const meanings: string[] = [];
  const { apply, steps } = planPatch(message, type, { onRule: (rule) => meanings.push(rule) });
  const stored = apply(before);
  return {
    stored,
    ids: JSON.stringify(steps),
    rules: [...names.rules, ...rules, ...passedOver(message, type), ...meanings],
  };
}

const REQUESTS: readonly (readonly [string, (sent: readonly Sent[], type: ResourceType) => Outcome])[] = [
  ['POST', (sent, type) => created(bodyOf(sent), type)],
  ['PUT', (sent, type) => created(bodyOf(sent), type, canonicalizeResource(base(type), type))],
  [
    'PATCH without path',
    (sent, type) => patched([{ op: 'replace', value: bodyOf(sent) }], type, canonicalizeResource(base(type), type)),
  ],
  [
    'PATCH with a path for each',
    (sent, type) =>
      patched(
        sent
          .filter(({ rule }) => rule !== 'read-only-keys-skipped')
          .map((one) => ({ op: 'Add', path: one.key, value: one.value(one.text) })),
        type,
        canonicalizeResource(base(type), type),
      ),
  ],
];

/** The texts in the values, wherever they stand. */
function leaves(value: JsonValue): readonly string[] {
  if (isJsonArray(value)) return value.flatMap(leaves);
  if (isJsonObject(value)) return Object.values(value).flatMap(leaves);
  return [String(value)];
}

function lost({ stored, ids, rules }: Outcome, sent: readonly Sent[]): readonly string[] {
  const known = new Set(leaves(stored));
  return sent.flatMap(({ key, text: leaf, rule }) => {
    const kept = known.has(leaf) || ids.includes(leaf);
    if (rule === undefined) return kept ? [] : [`${key} is not stored`];
    if (kept) return [`${key} is stored`];
    return rules.includes(rule) ? [] : [`${key} is not named by ${rule}`];
  });
}

describe.each([
  ['a user', USER, OF_USER],
  ['a group', GROUP, OF_GROUP],
] as const)('nothing that is sent of %s is lost without a word', (_what, type, spellings) => {
  it.each(REQUESTS)('%s', (name, request) => {
    fc.assert(
      fc.property(sentOf(spellings), (sent) => {
        const asked = name.includes('path for each')
          ? sent.filter(({ rule }) => rule !== 'read-only-keys-skipped')
          : sent;
        expect(lost(request(asked, type), asked)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

const OFF: readonly JsonValue[] = [
  false,
  'False',
  'false',
  'FALSE',
  [false],
  ['False'],
  { value: 'False' },
  [{ value: false }],
];
const ON_SPELLED: readonly JsonValue[] = [null, '', [], {}, 0, 1, 'yes', [null], [{}], { value: null }, 'no', [[]]];

const TOLERATED: readonly JsonObject[] = [
  { op: 'remove', path: 'emails[type eq "fax"].value' },
  { op: 'Remove', path: 'addresses[type eq "work"]' },
  { op: 'remove', path: 'active' },
  { op: 'replace', path: 'active', value: null },
  { op: 'add', path: 'active', value: [] },
  { op: 'remove', path: 'title[value eq "x"]' },
  { op: 'add', path: 'custom:country', value: 'NL' },
  { op: 'Add', path: `${CUSTOM}:User:costObject`, value: ['7'] },
  { op: 'replace', path: USER.schema.id, value: { title: 'T' } },
  { op: 'add', path: `${GROUP.schema.id}:displayName`, value: 'x' },
  { op: 'replace', value: { 'a b c': 1, id: 'x', schemas: [] } },
  { op: 'replace', value: [{ title: 'T' }] },
  { op: 'add', path: 'roles', value: ['r'] },
  { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'x' } },
];

const ACTIVE_PATHS = [
  'active',
  'Active',
  `${USER.schema.id}:active`,
  'urn:scim:schemas:core:1.0:active',
  'active[value eq "False"]',
];

const deactivation = fc
  .tuple(fc.constantFrom(...OFF), fc.constantFrom(...ACTIVE_PATHS), fc.integer({ min: 0, max: 3 }))
  .map(([value, path, form]): JsonObject => {
    if (form === 0) return { op: 'Replace', path, value };
    if (form === 1) return { op: 'add', path, value };
    if (form === 2)
      return { op: 'replace', value: { [path.startsWith('active[') ? 'active' : path]: value, title: 'T' } };
    return { op: 'replace', value: { [USER.schema.id]: { active: value } } };
  });

const user = (active: boolean): JsonObject =>
  canonicalizeResource(
    { schemas: [USER.schema.id], userName: 'u', active, emails: [{ value: 'e', type: 'work' }] },
    USER,
  );

describe('a deactivation', () => {
  it('is stored whatever else that is tolerated stands beside it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...TOLERATED), { maxLength: 6 }),
        deactivation,
        fc.array(fc.constantFrom(...TOLERATED), { maxLength: 6 }),
        (before, off, after) => {
          expect(patched([...before, off, ...after], USER, user(true)).stored['active']).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is undone by true alone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ON_SPELLED),
        fc.constantFrom(...ACTIVE_PATHS),
        fc.constantFrom('add', 'replace', 'remove', 'Replace'),
        fc.array(fc.constantFrom(...TOLERATED), { maxLength: 4 }),
        (value, path, op, others) => {
          expect(activeAfter(() => patched([...others, { op, path, value }], USER, user(false)))).not.toBe(true);
          const pathless = { op: op === 'remove' ? 'replace' : op, value: { [path]: value } };
          expect(activeAfter(() => patched([...others, pathless], USER, user(false)))).not.toBe(true);
          expect(activeAfter(() => created({ active: value }, USER, user(false)))).not.toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is undone by true', () => {
    expect(patched([{ op: 'Replace', path: 'active', value: 'True' }], USER, user(false)).stored['active']).toBe(true);
  });
});

/** Undefined where the request is refused. */
function activeAfter(request: () => Outcome): JsonValue | undefined {
  try {
    return request().stored['active'];
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}
