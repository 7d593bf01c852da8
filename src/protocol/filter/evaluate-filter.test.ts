import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAttributePath } from '../attribute-path.js';
import type { JsonObject, JsonValue } from '../json.js';
import { ENTERPRISE_USER_SCHEMA } from '../schemas/enterprise-user.js';
import { GROUP, USER } from '../schemas/resource-types.js';
import { searchForm } from '../search-form.js';
import { matchesElement, matchesFilter, compareCodePoints, compareValues } from './evaluate-filter.js';
import { parseFilter } from './parse-filter.js';

const ANN: JsonObject = {
  schemas: [USER.schema.id, ENTERPRISE_USER_SCHEMA.id],
  userName: 'Ann@Example.org',
  externalId: 'E-1',
  active: true,
  title: '',
  name: { familyName: "O'Malley" },
  emails: [
    { value: 'ann@example.org', type: 'work', primary: true },
    { value: 'ann@home.example', type: 'home' },
  ],
  phoneNumbers: [{ type: 'work' }],
  roles: [],
  entitlements: [{ value: '' }],
  [ENTERPRISE_USER_SCHEMA.id]: { department: 'Sales', manager: { value: 'm-1' } },
};
const META = { resourceType: 'User', created: '2026-01-01T00:00:00.000Z', lastModified: '2026-02-01T00:00:00.000Z' };

function matches(text: string, resource: JsonObject = ANN): boolean {
  return matchesFilter(parseFilter(text, USER), { ...searchForm(resource, USER), id: 'u-1', meta: META });
}

/** Filters that match Ann, each beside one that is as like it as can be and does not. */
describe('RFC 7644 §3.4.2.2, table 3: attribute operators', () => {
  it.each([
    ['eq: identical', 'userName eq "ann@example.org"', 'userName eq "ann@example.or"'],
    ['eq: exactly, where the attribute is caseExact', 'externalId eq "E-1"', 'externalId eq "e-1"'],
    ['eq: any value of a multi-valued attribute', 'emails.value eq "ann@home.example"', 'emails.value eq "ann"'],
    [
      'eq: instants, not texts',
      'meta.created eq "2026-01-01T01:00:00+01:00"',
      'meta.created eq "2026-01-01T01:00:00Z"',
    ],
    ['eq: nothing equals an absent value', 'active eq true', 'locale eq "nl"'],
    ['ne: not identical', 'userName ne "ann"', 'userName ne "ANN@EXAMPLE.ORG"'],
    ['ne: an absent value differs from every other', 'locale ne "nl"', 'active ne true'],
    [
      'ne: any value of a multi-valued attribute',
      'emails.value ne "ann@example.org"',
      'schemas[value ne ""] and schemas eq "a"',
    ],
    ['ne: no value at all differs as well', 'roles.value ne "a"', 'roles[value ne "a"]'],
    ['ne: so does a value without the part', 'phoneNumbers.value ne "a"', 'phoneNumbers.type ne "work"'],
    ['co: a substring', 'name.familyName co "O\'M"', 'name.familyName co "OM"'],
    ['co: every text has the empty one', 'userName co ""', 'locale co ""'],
    ['sw: at the start', 'userName sw "ANN"', 'userName sw "nn"'],
    ['ew: at the end', 'userName ew ".ORG"', 'userName ew ".or"'],
    [
      'an element is not primary unless it says so (RFC 7643 §2.4)',
      'phoneNumbers.primary eq false',
      'roles.primary eq false',
    ],
    ['and so it does not differ from false', 'phoneNumbers.primary ne true', 'phoneNumbers.primary ne false'],
    ['but has no value for it', 'phoneNumbers[primary eq false]', 'phoneNumbers[primary pr]'],
    ['eq: an empty string is a value, and is not absent', 'title eq ""', 'locale eq ""'],
    ['ne: nor does it differ from itself', 'title ne "a"', 'title ne ""'],
    ['pr: not empty', 'userName pr', 'title pr'],
    ['pr: no part that is not empty', 'entitlements.value eq ""', 'entitlements pr'],
    ['pr: a node that is not empty', 'name pr', 'addresses pr'],
    ['pr: an array that is not empty', 'emails pr', 'roles pr'],
    ['pr: the part of any value', 'emails.primary pr', 'phoneNumbers.value pr'],
    ['pr: false is a value', `active pr`, 'nickName pr'],
    ['gt: in lexicographical order', 'userName gt "ann@"', 'userName gt "ann@example.org"'],
    ['gt: in chronological order', 'meta.created gt "2025-12-31T23:59:59Z"', 'meta.created gt "2026-01-01T00:00:00Z"'],
    ['gt: nothing is greater than an absent value, nor the other way', 'userName gt ""', 'locale gt ""'],
    ['ge', 'userName ge "ann@example.org"', 'userName ge "ann@example.org "'],
    ['lt', 'userName lt "b"', 'userName lt "ann@example.org"'],
    ['le', 'userName le "ann@example.org"', 'userName le "ann@example.or"'],
  ])('%s', (_, yes, no) => {
    expect(matches(yes), yes).toBe(true);
    expect(matches(no), no).toBe(false);
  });
});

describe('RFC 7644 §3.4.2.2, tables 4 and 5: logic and grouping', () => {
  it.each([
    ['and: both', 'active eq true and userName pr', 'active eq true and locale pr'],
    ['or: either', 'locale pr or userName pr', 'locale pr or title pr'],
    ['not: the opposite', 'not (locale pr)', 'not (userName pr)'],
    ['not: of an absent value as well', 'not (locale eq "nl")', 'not (locale ne "nl")'],
    ['and before or', 'userName pr or locale pr and title pr', '(userName pr or locale pr) and title pr'],
    [
      '[]: one value satisfies all of it',
      'emails[type eq "work" and value co "@example"]',
      'emails[type eq "home" and value co "@example"]',
    ],
    [
      '[]: unlike two filters side by side',
      'emails.type eq "home" and emails.value co "@example"',
      'emails[not (type pr)]',
    ],
    [
      '[]: with a sub-attribute behind it',
      'emails[type eq "work"].value sw "ann"',
      'emails[type eq "work"].value ew "home.example"',
    ],
    ['[]: of a single complex value', 'name[familyName co "malley"]', 'name[givenName pr]'],
    ['[]: there must be a value', 'emails[not (display pr)]', 'addresses[not (display pr)]'],
    ['[]: of simple values', `schemas[value ew "core:2.0:User"]`, 'schemas[value eq "a"]'],
    ['URNs', `${ENTERPRISE_USER_SCHEMA.id}:department eq "SALES"`, `${ENTERPRISE_USER_SCHEMA.id}:userName pr`],
    ['null: no value', 'locale eq null', 'locale ne null'],
    ['an unknown attribute has no value', 'nobody ne "a"', 'nobody eq "a" or emails[nobody pr]'],
  ])('%s', (_, yes, no) => {
    expect(matches(yes), yes).toBe(true);
    expect(matches(no), no).toBe(false);
  });
});

it('names that objects have by themselves are no attributes', () => {
  expect(matches('emails[constructor pr]')).toBe(false);
  expect(matches('toString ne "a"')).toBe(true);
});

describe('an element as stored and the condition of a path (RFC 7644 §3.5.2)', () => {
  it.each<[string, JsonValue, boolean]>([
    ['emails[type eq "work"]', { type: 'Work', value: 'A' }, true],
    ['emails[type eq "work"]', { type: 'home' }, false],
    ['emails[value eq "a"]', { value: 'A' }, true],
    ['emails[type ne "work"]', {}, true],
    ['emails[type eq "work"]', 'work', false],
    ['roles[primary eq "True"]', { primary: true }, true],
    ['roles[primary eq "True"]', { primary: 'True' }, true],
    ['roles[primary eq true]', { primary: 'False' }, false],
    ['manager[value eq "m-1"]', { value: 'm-1' }, true],
    ['manager[value eq "m-1"]', { value: 'M-1' }, false],
    ['schemas[value eq "urn:a:b"]', 'urn:a:b', true],
    ['schemas[value eq "urn:a:b"]', 'urn:a:c', false],
  ])('%s: %j', (text, element, expected) => {
    const path = parseAttributePath(text, USER);
    if (path.kind !== 'attribute' || !path.condition) throw new Error('a path with a condition is expected');
    expect(matchesElement(path.condition, element, path.target.attribute)).toBe(expected);
  });

  it('members are compared by their id, exactly', () => {
    const path = parseAttributePath('members[value eq "U-1"]', GROUP);
    if (path.kind !== 'attribute' || !path.condition) throw new Error('a path with a condition is expected');
    expect(matchesElement(path.condition, { value: 'U-1', type: 'User' }, path.target.attribute)).toBe(true);
    expect(matchesElement(path.condition, { value: 'u-1', type: 'User' }, path.target.attribute)).toBe(false);
  });
});

describe('the order of strings', () => {
  it('is that of their UTF-8 bytes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('a', '\uFFFD', '\u{1F600}', '\uD7FF') }),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('has letters beyond 16 bits behind all others', () => {
    expect(compareCodePoints('\u{1F600}', '\uFFFD')).toBeGreaterThan(0);
    expect(['\u{1F600}', '\uFFFD'].sort()).toEqual(['\u{1F600}', '\uFFFD']);
  });
});

describe('the comparison of a value with that of a filter', () => {
  it.each([
    [2, 'gt', 1, true],
    [1, 'gt', 1, false],
    [1, 'ge', 1, true],
    [-1, 'lt', 0, true],
    [0.1, 'le', 0.1, true],
    [1e308, 'gt', -1e308, true],
    [10, 'gt', 9, true],
    [10, 'co', 1, false],
    [true, 'eq', true, true],
    [true, 'eq', false, false],
    [true, 'ne', false, true],
    [1, 'eq', '1', false],
    [1, 'ne', '1', true],
    [undefined, 'eq', 'a', false],
    [undefined, 'ne', 'a', true],
    [undefined, 'le', 'a', false],
  ] as const)('%j %s %j is %s', (value, operator, other, expected) => {
    expect(compareValues(value, operator, other)).toBe(expected);
  });
});
