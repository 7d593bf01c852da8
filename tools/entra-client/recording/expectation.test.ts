import { describe, expect, test } from 'vitest';
import type { Json } from '../json.js';
import type { Expectation } from './exchange.js';
import { unmet } from './expectation.js';

const user: Json = {
  id: '7',
  active: false,
  emails: [
    { type: 'work', value: 'a@contoso.example' },
    { type: 'home', value: 'b@contoso.example' },
  ],
};

const met: readonly [string, Omit<Expectation, 'status'>][] = [
  ['members among others', { body_contains: { id: '7' } }],
  ['an element among others', { body_contains: { emails: [{ type: 'home' }] } }],
  ['elements in any order', { body_contains: { emails: [{ type: 'home' }, { type: 'work' }] } }],
  ['null for what is absent', { body_contains: { manager: null } }],
  ['a partial that is not there', { body_lacks: { emails: [{ type: 'other' }] } }],
  ['several partials of which none is there', { body_lacks: [{ id: '8' }, { active: true }] }],
  ['the length of an array', { lengths: { '/emails': 2 } }],
  ['length 0 for what is absent', { lengths: { '/members': 0 } }],
];

const notMet: readonly [string, Omit<Expectation, 'status'>, RegExp][] = [
  ['another value', { body_contains: { id: '8' } }, /^\/id is "7", not "8"$/],
  ['another type', { body_contains: { active: 'False' } }, /^\/active is false, not "False"$/],
  [
    'parts of two elements',
    { body_contains: { emails: [{ type: 'home', value: 'a@contoso.example' }] } },
    /no element/,
  ],
  ['a value where there should be none', { body_contains: { active: null } }, /^\/active is false, not absent$/],
  ['an object where a text is', { body_contains: { id: { value: '7' } } }, /not an object$/],
  ['an array where a text is', { body_contains: { id: ['7'] } }, /not an array$/],
  ['a name that every object inherits', { body_contains: { toString: {}, constructor: { name: 'Object' } } }, /absent/],
  ['a partial that is there', { body_lacks: { emails: [{ type: 'home' }] } }, /must not contain/],
  ['several partials of which one is there', { body_lacks: [{ id: '8' }, { active: false }] }, /must not contain/],
  ['another length', { lengths: { '/emails': 1 } }, /has 2 elements, not 1/],
  ['a length of what is no array', { lengths: { '/id': 1 } }, /not an array/],
];

describe('an expectation', () => {
  test.each(met)('is met by %s', (_, expectation) => {
    expect(unmet({ status: [200], ...expectation }, 200, user)).toEqual([]);
  });

  test.each(notMet)('is not met by %s', (_, expectation, fault) => {
    expect(unmet({ status: [200], ...expectation }, 200, user)).toEqual([expect.stringMatching(fault)]);
  });

  test('accepts each of its statuses and no other', () => {
    expect(unmet({ status: [200, 204] }, 204, undefined)).toEqual([]);
    expect(unmet({ status: [200, 204] }, 201, user)).toEqual(['the status is 201, not 200 or 204']);
  });

  test('says nothing about the body of an empty answer, if 204 is accepted', () => {
    expect(unmet({ status: [200, 204], body_contains: { id: '7' } }, 204, undefined)).toEqual([]);
    expect(unmet({ status: [200], body_contains: { id: '7' } }, 200, undefined)).toHaveLength(1);
  });
});
