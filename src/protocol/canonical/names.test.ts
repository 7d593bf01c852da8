import { expect, it } from 'vitest';
import type { JsonObject } from '../json.js';
import { ENTERPRISE_USER_SCHEMA } from '../schemas/enterprise-user.js';
import { USER } from '../schemas/resource-types.js';
import { canonicalNames } from './names.js';

const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;

const rows: readonly (readonly [string, JsonObject, JsonObject])[] = [
  ['attributes', { USERNAME: 'a', externalid: 'e', SCHEMAS: [] }, { userName: 'a', externalId: 'e', schemas: [] }],
  ['sub-attributes', { Name: { GIVENNAME: 'T' } }, { name: { givenName: 'T' } }],
  [
    'sub-attributes of values',
    { EMAILS: [{ Value: 'a', PRIMARY: true }, null] },
    { emails: [{ value: 'a', primary: true }, null] },
  ],
  [
    'extensions',
    { [ENTERPRISE.toUpperCase()]: { MANAGER: { VALUE: 'm', $REF: null } } },
    { [ENTERPRISE]: { manager: { value: 'm', $ref: null } } },
  ],
  [
    'the parts of a PATCH message',
    { operations: [{ OP: 'Add', Path: 'x', VALUE: 1 }] },
    { Operations: [{ op: 'Add', path: 'x', value: 1 }] },
  ],
  [
    'attributes in a value without path',
    { Operations: [{ op: 'add', VALUE: { NICKNAME: 'B' } }] },
    { Operations: [{ op: 'add', value: { nickName: 'B' } }] },
  ],
  [
    'nothing in a value with a path',
    { Operations: [{ op: 'add', path: 'x', value: { NICKNAME: 'B' } }] },
    { Operations: [{ op: 'add', path: 'x', value: { NICKNAME: 'B' } }] },
  ],
  [
    'no name that no schema has',
    { Hat: { NICKNAME: 'B' }, 'URN:X': { Y: 1 } },
    { Hat: { NICKNAME: 'B' }, 'URN:X': { Y: 1 } },
  ],
  [
    'no values',
    { name: 'X', emails: 'Y', [ENTERPRISE]: 'Z', Operations: 'W' },
    { name: 'X', emails: 'Y', [ENTERPRISE]: 'Z', Operations: 'W' },
  ],
];

it.each(rows)('RFC 7643 §2.1: spells %s', (_, sent, spelled) => {
  expect(canonicalNames(sent, USER)).toEqual(spelled);
});

const twice: readonly (readonly [string, JsonObject])[] = [
  ['an attribute', { userName: 'a', UserName: 'b' }],
  ['a sub-attribute', { name: { givenName: 'a', GivenName: 'b' } }],
  ['a sub-attribute of a value', { emails: [{ value: 'a', Value: 'b' }] }],
  ['an attribute of an extension', { [ENTERPRISE]: { department: 'a', Department: 'b' } }],
  ['an extension', { [ENTERPRISE]: {}, [ENTERPRISE.toUpperCase()]: {} }],
  ['a part of an operation', { Operations: [{ op: 'add', Op: 'remove' }] }],
  ['an attribute that no schema has', { hat: 1, Hat: 2 }],
  ['a part of a message', { Operations: [], operations: [] }],
];

it.each(twice)('refuses two spellings of %s', (_, sent) => {
  expect(() => canonicalNames(sent, USER)).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidSyntax' }));
});

it('names both spellings', () => {
  expect(() => canonicalNames({ userName: 'a', UserName: 'b' }, USER)).toThrow('"userName" and "UserName"');
});

it('refuses more attributes than a message can have', () => {
  const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`a${n}`, 1]));
  expect(() => canonicalNames(many, USER)).toThrow(expect.objectContaining({ scimType: 'invalidSyntax' }));
});

it('leaves __proto__ a name like any other', () => {
  const sent = JSON.parse(
    '{"__proto__":{"polluted":1},"USERNAME":"a","name":{"__proto__":{"polluted":1}}}',
  ) as JsonObject;
  const spelled = canonicalNames(sent, USER);
  expect(Object.keys(spelled)).toEqual(['__proto__', 'userName', 'name']);
  expect(Object.getPrototypeOf(spelled)).toBe(Object.prototype);
  expect(spelled).not.toHaveProperty('polluted');
});
