import { describe, expect, it } from 'vitest';
import { canonicalizeResource } from '../canonical/canonicalize.js';
import { canonicalNames } from '../canonical/names.js';
import type { JsonObject } from '../json.js';
import { PATCH_OP_SCHEMA } from '../messages.js';
import { planPatch } from '../patch/apply-patch.js';
import type { ResourceType } from '../schemas/attribute.js';
import { GROUP, USER } from '../schemas/resource-types.js';
import { CUSTOM, ENTERPRISE, patches } from './messages.fixture.js';
import { ENTRA_RULES, normalizePatch, normalizeResource } from './rules.js';

const ops = (operations: readonly JsonObject[]): JsonObject => ({ schemas: [PATCH_OP_SCHEMA], Operations: operations });

const without = (rule: string): typeof ENTRA_RULES => ENTRA_RULES.filter(({ name }) => name !== rule);

describe('a PATCH message of Entra', () => {
  it.each(patches)('is put into standard form by $rule', ({ rule, sent, meant, type = USER, settings }) => {
    const message = canonicalNames(ops(sent), type);
    const normalized = normalizePatch(message, type, settings);
    expect(normalized.message).toEqual(ops(meant));
    expect(normalized.rules).toContain(rule);
    expect(normalizePatch(message, type, settings, without(rule)).message).not.toEqual(ops(meant));
  });

  it('is left alone in standard form', () => {
    const message = ops([
      { op: 'add', path: 'emails', value: [{ value: 'a', primary: true, type: 'True' }] },
      {
        op: 'replace',
        value: { name: { givenName: 'True' }, [ENTERPRISE]: { manager: { value: 'm' } }, hat: 'x', 'foo:bar': 'x' },
      },
      { op: 'remove', path: `${ENTERPRISE}:manager` },
      { op: 'replace', path: 'roles[value eq "True"].display', value: 'True' },
      { op: 'replace', path: 'not [ a path', value: 5 },
      'no operation',
    ] as unknown as JsonObject[]);
    expect(normalizePatch(message, USER)).toEqual({ message, rules: [], sent: expect.any(Array) as unknown });
    expect(normalizePatch({ schemas: [] }, USER)).toEqual({ message: { schemas: [] }, rules: [], sent: [] });
  });

  it('replaces the members of a group by default', () => {
    const message = ops([{ op: 'replace', path: 'members', value: [{ value: 'u' }] }]);
    expect(normalizePatch(message, GROUP)).toEqual({
      message,
      rules: [],
      sent: [{ index: 0, hasPath: true, hasValue: true }],
    });
    expect(normalizePatch(message, GROUP, { groupReplaceAdds: false }).message).toEqual(message);
  });

  it('does not take a member without id for nobody', () => {
    const { message } = normalizePatch(ops([{ op: 'replace', path: 'members', value: [{ value: '' }] }]), GROUP);
    expect(() => planPatch(message, GROUP)).toThrow(expect.objectContaining({ scimType: 'invalidValue' }));
  });
});

interface ResourceRow {
  readonly rule: string;
  readonly sent: JsonObject;
  readonly meant: JsonObject;
  readonly type?: ResourceType;
}

const resources: readonly ResourceRow[] = [
  {
    rule: 'extension-attribute-without-urn',
    sent: { userName: 'u', manager: { Value: 'm' }, department: 'D', [ENTERPRISE]: { division: 'V' } },
    meant: { userName: 'u', [ENTERPRISE]: { division: 'V', manager: { value: 'm' }, department: 'D' } },
  },
  {
    rule: 'string-for-reference',
    sent: { [ENTERPRISE]: { manager: 'm' } },
    meant: { [ENTERPRISE]: { manager: { value: 'm' } } },
  },
  {
    rule: 'array-for-single-value',
    sent: { [ENTERPRISE]: { manager: [] }, emails: [] },
    meant: { [ENTERPRISE]: { manager: null }, emails: [] },
  },
  {
    rule: 'array-for-single-value',
    sent: { [ENTERPRISE]: { manager: [{ value: 'm' }] } },
    meant: { [ENTERPRISE]: { manager: { value: 'm' } } },
  },
  {
    rule: 'empty-clears',
    sent: { title: '', [ENTERPRISE]: { manager: '' } },
    meant: { title: '', [ENTERPRISE]: { manager: null } },
  },
  {
    rule: 'boolean-as-string',
    sent: { active: 'True', roles: [{ primary: 'True', type: 'WindowsAzureActiveDirectoryRole', value: 'Admin' }] },
    meant: { active: true, roles: [{ primary: true, type: 'WindowsAzureActiveDirectoryRole', value: 'Admin' }] },
  },
  {
    rule: 'role-display-name',
    sent: {
      roles: [
        { value: 'Admin', displayName: 'Administrator' },
        { value: 'User', display: 'U', displayName: 'V' },
        { value: 'Guest', DisplayName: 'G' },
      ],
    },
    meant: {
      roles: [
        { value: 'Admin', display: 'Administrator' },
        { value: 'User', display: 'U' },
        { value: 'Guest', display: 'G' },
      ],
    },
  },
];

describe('a body of Entra', () => {
  it.each(resources)('is put into standard form by $rule', ({ rule, sent, meant, type = USER }) => {
    const body = canonicalNames(sent, type);
    const normalized = normalizeResource(body, type);
    expect(normalized.message).toEqual(meant);
    expect(normalized.rules).toContain(rule);
    expect(normalizeResource(body, type, without(rule)).message).not.toEqual(meant);
  });

  it('is left alone in standard form', () => {
    const body = {
      userName: 'True',
      title: '',
      active: true,
      name: { givenName: 'x' },
      emails: [{ value: '' }],
      [CUSTOM]: { a: '', b: ['x'] },
    };
    expect(normalizeResource(body, USER)).toEqual({ message: body, rules: [] });
  });
});

/** A resource after PATCH messages as Entra sends them. */
function patched(type: ResourceType, resource: JsonObject, ...messages: (readonly JsonObject[])[]): JsonObject {
  return messages.reduce(
    (before, operations) => {
      const { message } = normalizePatch(canonicalNames(ops(operations), type), type);
      return planPatch(message, type).apply(before);
    },
    canonicalizeResource(resource, type),
  );
}

const user = (attributes: JsonObject = {}): JsonObject => ({
  schemas: [USER.schema.id],
  userName: 'jorun',
  active: true,
  ...attributes,
});

describe('what Entra means', () => {
  const role = { value: 'planner', display: 'Planner', type: 'WindowsAzureActiveDirectoryRole', primary: true };
  const rows: readonly (readonly [string, JsonObject, readonly JsonObject[], JsonObject])[] = [
    [
      'a number behind a filter that matches nothing is created, by Add and by Replace',
      user({ phoneNumbers: [{ value: '1', type: 'work' }] }),
      [
        { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '2' },
        { op: 'Replace', path: 'phoneNumbers[type eq "fax"].value', value: '3' },
      ],
      user({
        phoneNumbers: [
          { value: '1', type: 'work' },
          { value: '2', type: 'mobile' },
          { value: '3', type: 'fax' },
        ],
      }),
    ],
    [
      'the filter’s value is stored as it was sent',
      user(),
      [{ op: 'Add', path: 'emails[type eq "Work" and (primary eq "True")].value', value: 'J@Contoso.example' }],
      user({ emails: [{ value: 'J@Contoso.example', type: 'Work', primary: true }] }),
    ],
    [
      'three operations behind one filter make one role',
      user(),
      [
        { op: 'Add', path: 'roles[primary eq "True"].display', value: 'Planner' },
        { op: 'Add', path: 'roles[primary eq "True"].value', value: 'planner' },
        { op: 'Add', path: 'roles[primary eq "True"].type', value: 'WindowsAzureActiveDirectoryRole' },
      ],
      user({ roles: [role] }),
    ],
    [
      'several operations behind one address filter make one address',
      user(),
      [
        { op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Utrecht' },
        { op: 'Add', path: 'addresses[type eq "work"].country', value: 'NL' },
      ],
      user({ addresses: [{ locality: 'Utrecht', country: 'NL', type: 'work' }] }),
    ],
    [
      'an empty string behind a filter clears the value, and creates none',
      user({
        phoneNumbers: [
          { value: '1', type: 'work' },
          { value: '2', type: 'fax', display: 'Fax' },
        ],
      }),
      [
        { op: 'Replace', path: 'phoneNumbers[type eq "work"].value', value: '' },
        { op: 'Replace', path: 'phoneNumbers[type eq "fax"].value', value: '' },
        { op: 'Replace', path: 'phoneNumbers[type eq "mobile"].value', value: '' },
      ],
      user(),
    ],
    [
      'a manager is removed by a filter on its id',
      user({ [ENTERPRISE]: { manager: { value: 'm' }, department: 'D' } }),
      [{ op: 'remove', path: 'manager[value eq "m"]' }],
      { ...user({ [ENTERPRISE]: { department: 'D' } }), schemas: [USER.schema.id, ENTERPRISE] },
    ],
    [
      'another manager is not',
      user({ [ENTERPRISE]: { manager: { value: 'm' } } }),
      [{ op: 'remove', path: 'manager[value eq "n"]' }],
      { ...user({ [ENTERPRISE]: { manager: { value: 'm' } } }), schemas: [USER.schema.id, ENTERPRISE] },
    ],
    [
      'an unknown attribute does not keep a user from being disabled',
      user(),
      [
        { op: 'Add', path: 'favoriteColor', value: 'red' },
        { op: 'Add', path: `${CUSTOM}:costObject`, value: '7' },
        { op: 'Replace', path: 'active', value: 'False' },
      ],
      user({ active: false, [CUSTOM]: { costObject: '7' } }),
    ],
    [
      'what is kept without a schema is kept as it was sent, and an array is added to',
      user(),
      [
        { op: 'Add', path: `${CUSTOM}:sites`, value: ['A'] },
        { op: 'Add', path: `${CUSTOM}:sites`, value: 'B' },
        { op: 'add', value: { [CUSTOM]: { sites: ['B', 'C'], costObject: [{ value: '1' }] } } },
      ],
      user({ [CUSTOM]: { sites: ['A', 'B', 'C'], costObject: [{ value: '1' }] } }),
    ],
    [
      'a part of a name leaves the rest of it',
      user({ name: { givenName: 'J', familyName: 'D' } }),
      [{ op: 'replace', value: { name: { familyName: 'X' } } }],
      user({ name: { givenName: 'J', familyName: 'X' } }),
    ],
  ];
  it.each(rows)('%s', (_, before, operations, after) => {
    expect(patched(USER, before, operations)).toEqual(after);
  });

  const meanings: readonly (readonly [string, ResourceType, JsonObject, string])[] = [
    ['unmatched-remove-done', USER, { op: 'remove', path: 'emails[type eq "work"].value' }, 'noTarget'],
    ['unmatched-filter-creates', USER, { op: 'replace', path: 'emails[type eq "work"].value', value: 'x' }, 'noTarget'],
    ['filter-on-single-value', USER, { op: 'remove', path: `${ENTERPRISE}:manager[value eq "m"]` }, 'invalidPath'],
    ['unknown-attribute-tolerated', USER, { op: 'add', path: 'hat', value: 'x' }, 'invalidPath'],
  ];
  it.each(meanings)('%s can be told from the standard, and is told of', (rule, type, operation, scimType) => {
    const fired: string[] = [];
    const apply = (options: object): JsonObject => planPatch(ops([operation]), type, options).apply(user());
    apply({ onRule: (name: string) => fired.push(name) });
    expect(fired).toContain(rule);
    expect(() => apply({ without: new Set([rule]) })).toThrow(expect.objectContaining({ scimType }));
    expect(ENTRA_RULES.map(({ name }) => name)).toContain(rule);
  });
});

it('gives every rule a name of its own', () => {
  expect(new Set(ENTRA_RULES.map(({ name }) => name)).size).toBe(ENTRA_RULES.length);
});
