import { describe, expect, it } from 'vitest';
import { passedOver } from '../entra/passed-over.js';
import { normalizePatch } from '../entra/rules.js';
import type { JsonObject } from '../json.js';
import { PATCH_OP_SCHEMA } from '../messages.js';
import { GROUP, USER } from '../schemas/resource-types.js';
import { ScimError } from '../scim-error.js';
import { canonicalNames } from '../canonical/names.js';
import { planPatch } from './apply-patch.js';

const ADA: JsonObject = { schemas: [USER.schema.id], userName: 'ada', active: true };
const TEAM: JsonObject = { schemas: [GROUP.schema.id], displayName: 'Team' };

/** Becomes three operations in standard form, one for each path among its keys. */
const SPLIT = {
  op: 'Add',
  value: { 'name.givenName': 'Ada', 'name.familyName': 'L', 'emails[type eq "work"].value': 'a@x' },
};
/** Is one operation, but none on attributes. */
const MEMBERS = { op: 'Add', path: 'members', value: [{ value: '0198c59f-0000-7000-8000-000000000000' }] };

const TITLED = { op: 'replace', path: 'title', value: 'Dr' };
const TITLE = { op: 'replace', path: 'title', value: { x: 1 } };

const CASES: readonly (readonly [string, readonly JsonObject[], string])[] = [
  ['a value that does not fit', [TITLE], 'In "Operations[0].value": '],
  ['what stands behind an operation that was split', [SPLIT, TITLE], 'In "Operations[1].value": '],
  [
    'one of two that were split',
    [SPLIT, { op: 'Add', value: { 'name.givenName': 'x', 'title.y(': 1 } }],
    'In "Operations[1].value": ',
  ],
  [
    'a path that cannot be read',
    [SPLIT, SPLIT, { op: 'add', path: 'emails[', value: 'x' }],
    'In "Operations[2].path": ',
  ],
  [
    'a filter that cannot be read',
    [SPLIT, { op: 'add', path: 'emails[type zz "x"].value', value: 'x' }],
    'In "Operations[1].path": ',
  ],
  ['what is read-only', [SPLIT, { op: 'replace', path: 'groups', value: [] }], 'In "Operations[1].path": '],
  ['what is required', [SPLIT, { op: 'remove', path: 'userName' }], 'In "Operations[1].path": '],
  ['a remove without a path', [SPLIT, { op: 'remove' }], 'In "Operations[1]": '],
  ['an operation without a value', [SPLIT, { op: 'add', path: 'title' }], 'In "Operations[1]": '],
  [
    'values of an operation without a path',
    [SPLIT, { op: 'add', value: { title: { x: 1 } } }],
    'In "Operations[1].value": ',
  ],
];

/** What shows only in the resource that all the operations have made. */
const LATE: readonly (readonly [string, readonly JsonObject[], string])[] = [
  [
    'what is required and was emptied',
    [SPLIT, { op: 'replace', path: 'userName', value: ' ' }, TITLED],
    'In "Operations[1].value": "userName" is required; send a value for it.',
  ],
  [
    'what is required, among others',
    [TITLED, { op: 'replace', value: { title: 'x', userName: ' ' } }],
    'In "Operations[1].value": "userName" is required; send a value for it.',
  ],
];

/** The error of a PATCH request, as a server answers it that refuses unknown attributes. */
function refusal(operations: readonly JsonObject[], type = USER, resource = ADA): ScimError {
  try {
    const { message, sent } = normalizePatch({ schemas: [PATCH_OP_SCHEMA], Operations: operations }, type);
    passedOver(message, type, 'refuse', undefined, sent);
    planPatch(message, type, { sent, without: new Set(['unknown-attribute-tolerated']) }).apply(resource);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  return expect.fail('it was not refused');
}

describe('an error names the operation as it was sent, and its part,', () => {
  it.each(CASES)('for %s', (_, operations, place) => {
    const { message, status, scimType } = refusal(operations);
    expect(message.startsWith(place), message).toBe(true);
    expect([status, typeof scimType]).toEqual([400, 'string']);
  });

  it.each(LATE)('for %s', (_, operations, message) => {
    expect(refusal(operations).message).toBe(message);
  });

  it('for a name in two spellings, wherever it stands', () => {
    const twice = (body: JsonObject): string => {
      try {
        canonicalNames(body, USER);
      } catch (error) {
        return error instanceof ScimError ? error.message : String(error);
      }
      return 'it was not refused';
    };
    const email = { value: 'a@x', Value: 'b@x' };
    const sentence =
      '"value" and "Value" are one attribute, since the case of names does not count (RFC 7643 §2.1); send one of them.';
    expect(twice({ emails: [{ value: 'a@x' }, email] })).toBe(`In "emails[1]": ${sentence}`);
    expect(
      twice({
        Operations: [
          { op: 'add', value: {} },
          { op: 'add', value: { emails: [email] } },
        ],
      }),
    ).toBe(`In "Operations[1].value.emails[0]": ${sentence}`);
    expect(twice({ Operations: [{ op: 'add', value: [email] }] })).toBe(`In "Operations[0].value[0]": ${sentence}`);
    expect(twice({ Operations: [{ op: 'add', value: 'x', Value: 'y' }] })).toBe(`In "Operations[0]": ${sentence}`);
    const [urn = ''] = USER.extensions.map(({ id }) => id);
    expect(twice({ [urn]: { manager: { value: 'x', Value: 'y' } } })).toBe(`In "${urn}:manager": ${sentence}`);
    expect(twice({ value: 'x', Value: 'y' })).toBe(sentence);
  });

  it('for a member of a group, and for the attributes beside operations on members', () => {
    expect(refusal([MEMBERS, { op: 'replace', path: 'members.value', value: 'x' }], GROUP, TEAM).message).toBe(
      'In "Operations[1].path": A member cannot be changed; remove it and add another.',
    );
    expect(refusal([MEMBERS, MEMBERS, { ...TITLE, path: 'displayName' }], GROUP, TEAM).message).toMatch(
      /^In "Operations\[2\]\.value": /u,
    );
  });

  it('for an attribute that no schema has, where these are refused', () => {
    expect(refusal([SPLIT, { op: 'add', path: 'favoriteColor', value: 'red' }]).message).toBe(
      'In "Operations[1].path": No schema has the attribute "favoriteColor".',
    );
  });
});
