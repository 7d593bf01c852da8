import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAttribute, findSubAttribute } from './attribute-lookup.js';
import type { JsonObject } from './json.js';
import { attribute } from './schemas/attribute.js';
import { extendedUser } from './schemas/extended-user.fixture.js';
import { GROUP, USER } from './schemas/resource-types.js';
import { foldString, isMatching, matchingValues, searchForm } from './search-form.js';
import { hasLongRun } from './text.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CUSTOM = 'urn:example:ext:1.0:User';
const CUSTOM_USER = extendedUser({
  id: CUSTOM,
  name: 'Custom',
  description: 'Typed attributes',
  attributes: [
    attribute('floor', 'An integer.', { type: 'integer' }),
    attribute('since', 'A dateTime.', { type: 'dateTime' }),
    attribute('flag', 'A boolean.', { type: 'boolean' }),
    attribute('tags', 'Strings.', { multiValued: true }),
    attribute('seen', 'Canonically lower case, but binary.', { type: 'binary' }),
    attribute('constructor', 'Named like what objects have.', {}),
  ],
});

const form = (resource: JsonObject): JsonObject => searchForm(resource, CUSTOM_USER);

describe('the search form of a resource', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['folds strings', { userName: 'ANN' }, { userName: 'ann' }],
    ['composes letters before', { title: 'E\u0301' }, { title: 'é' }],
    ['leaves strings alone that are caseExact', { externalId: 'Ab' }, { externalId: 'Ab' }],
    ['leaves references alone', { profileUrl: 'HTTP://A' }, { profileUrl: 'HTTP://A' }],
    ['leaves binary values alone', { [CUSTOM]: { seen: 'QQ==' } }, { [CUSTOM]: { seen: 'QQ==' } }],
    [
      'spells names as the schemas do',
      { USERNAME: 'a', Name: { FAMILYNAME: 'b' } },
      { userName: 'a', name: { familyName: 'b' } },
    ],
    [
      'spells URNs as the schemas do',
      { [ENTERPRISE.toUpperCase()]: { Department: 'B' } },
      { [ENTERPRISE]: { department: 'b' } },
    ],
    ['has schemas and externalId', { schemas: ['urn:A'], externalId: 'x' }, { schemas: ['urn:A'], externalId: 'x' }],
    ['has numbers', { [CUSTOM]: { floor: 5 } }, { [CUSTOM]: { floor: 5 } }],
    [
      'has instants in UTC',
      { [CUSTOM]: { since: '2026-01-01T01:00:00+01:00' } },
      { [CUSTOM]: { since: '2026-01-01T00:00:00.000Z' } },
    ],
    [
      'has booleans, also those sent as text',
      { active: 'False', [CUSTOM]: { flag: true } },
      { active: false, [CUSTOM]: { flag: true } },
    ],
    ['has an array for each multi-valued attribute', { [CUSTOM]: { tags: 'A' } }, { [CUSTOM]: { tags: ['a'] } }],
    [
      'has the primary element first',
      { roles: [{ value: 'a' }, { value: 'b', primary: true }] },
      { roles: [{ value: 'b', primary: true }, { value: 'a' }] },
    ],
    [
      'leaves out what no schema knows',
      { nobody: 'a', name: { nobody: 'a' }, 'urn:nobody': { a: 1 }, [ENTERPRISE]: { nobody: 1 } },
      {},
    ],
    ['leaves out what is kept elsewhere', { id: 'a', meta: { version: '1' }, groups: [{ value: 'g' }] }, {}],
    ['leaves out what is never returned', { password: 'secret' }, {}],
    [
      'leaves out what is unassigned',
      { name: {}, emails: [], roles: [{}], [CUSTOM]: { tags: [null] }, locale: null },
      {},
    ],
    [
      'has an empty string, which is a value (RFC 7643 §2.3.1)',
      { title: '', name: { givenName: '' }, emails: [{ value: '' }], [CUSTOM]: { tags: [''] } },
      { title: '', name: { givenName: '' }, emails: [{ value: '' }], [CUSTOM]: { tags: [''] } },
    ],
    [
      'leaves out what does not fit its attribute',
      { title: 5, name: 'a', [CUSTOM]: { floor: '5', since: 'x', flag: 'yes' } },
      {},
    ],
    ['leaves out what stands under the URN of the core schema', { [USER.schema.id]: { userName: 'a' } }, {}],
    ['finds nothing by names that objects have', { ['__proto__']: 'a', toString: 'a' }, {}],
    ['has an attribute so named', { [CUSTOM]: { constructor: 'A' } }, { [CUSTOM]: { constructor: 'a' } }],
  ])('%s', (_, resource, expected) => {
    expect(form(resource)).toEqual(expected);
  });

  it('leaves out the members of groups', () => {
    expect(searchForm({ displayName: 'A', members: [{ value: 'u-1' }] }, GROUP)).toEqual({ displayName: 'a' });
  });

  it('is the form of itself', () => {
    const resource = {
      userName: 'ANN',
      emails: [{ value: 'A' }, { value: 'B', primary: true }],
      [CUSTOM]: { since: '2026-01-01T00:00:00' },
    };
    expect(form(form(resource))).toEqual(form(resource));
  });
});

describe('the folding of strings', () => {
  it.each([
    ['AbC', 'abc'],
    ['É', 'é'],
    ['E\u0301', 'é'],
    ['ΣΑΣ', 'σασ'],
    ['ß', 'ß'],
    ['\u{10400}', '\u{10428}'],
    ['%_\\', '%_\\'],
  ])('%s becomes %s', (text, expected) => {
    expect(foldString(text)).toBe(expected);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => foldString(foldString(text)) === foldString(text)),
    );
  });
});

describe('the values that are matched on', () => {
  const values = (resource: JsonObject): unknown => matchingValues(form(resource), CUSTOM_USER);

  it('are those of emails and of the manager, in search form and each once', () => {
    const emails = [{ value: 'A@x' }, { value: 'a@X', type: 'home' }, { type: 'work' }, { value: 'b@x' }];
    expect(values({ userName: 'ann', emails, [ENTERPRISE]: { manager: { value: 'M-1' } } })).toEqual([
      { attribute: 'emails.value', value: 'a@x' },
      { attribute: 'emails.value', value: 'b@x' },
      { attribute: `${ENTERPRISE}:manager.value`, value: 'M-1' },
    ]);
  });

  it('are none where there are none', () => {
    expect(values({ userName: 'ann', [ENTERPRISE]: { department: 'a' } })).toEqual([]);
    expect(matchingValues(searchForm({ displayName: 'a' }, GROUP), GROUP)).toEqual([]);
  });

  it.each([
    ['emails', 'value', undefined, true],
    ['emails', 'type', undefined, false],
    ['phoneNumbers', 'value', undefined, false],
    ['manager', 'value', ENTERPRISE, true],
    ['manager', 'displayName', ENTERPRISE, false],
  ])('%s.%s', (name, sub, urn, expected) => {
    const target = findAttribute(USER, name, urn);
    const subAttribute = target && findSubAttribute(target.attribute, sub);
    if (!subAttribute) throw new Error('a sub-attribute is expected');
    expect(isMatching({ ...target, subAttribute })).toBe(expected);
    expect(isMatching(target)).toBe(false);
  });
});

describe('folding', () => {
  const letters = fc.constantFrom(
    ...['a', 'E', 'é', 'İ', 'I', 'ı', 'i', 'ß', 'ẞ', 'Å', '\u212b', 'ǅ', 'ﬁ', 'H', 'J', 'T', 'W', 'Y', 'Ĥ'],
    ...[
      'Σ',
      'ς',
      'σ',
      'Ϊ',
      'Ϋ',
      'Ω',
      '\u2126',
      'Α',
      'ᾼ',
      'Ι',
      'Ж',
      'Й',
      '가',
      'ᄀ',
      'ᅡ',
      'ᆨ',
      '각',
      'が',
      'ｶﾞ',
      '𐐀',
      ' ',
    ],
  );
  const marks = fc.constantFrom(
    ...['\u0300', '\u0301', '\u0302', '\u0304', '\u0307', '\u0308', '\u030a', '\u030c', '\u0313', '\u0314'],
    ...['\u0323', '\u0327', '\u0328', '\u0331', '\u0338', '\u0342', '\u0345', '\u3099', '\u034f'],
  );
  const typed = fc.array(fc.oneof(letters, marks, fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 12 });

  it('makes equal names equal however they were typed', () => {
    fc.assert(
      fc.property(typed, (pieces) => {
        const name = pieces.join('');
        const folded = foldString(name);
        expect(foldString(name.normalize('NFD'))).toBe(folded);
        expect(foldString(name.normalize('NFC'))).toBe(folded);
        expect(foldString(name.toLowerCase())).toBe(folded);
        expect(foldString(name.normalize('NFD').toLowerCase().normalize('NFD'))).toBe(folded);
        expect(foldString(folded)).toBe(folded);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['J\u030c', '\u01f0'],
    ['H\u0331', '\u1e96'],
    ['Ϊ\u0301', '\u0390'],
    ['İ', 'i\u0307'],
    ['I\u0307', 'i\u0307'],
    ['ΟΔΟΣ', 'οδος'],
    ['\u1100\u1161\u11a8', '각'],
    ['STRASSE', 'strasse'],
    ['Ada.Lovelace@CONTOSO.example [~]', 'ada.lovelace@contoso.example [~]'],
  ])('folds %j to %j', (typedSo, folded) => {
    expect(foldString(typedSo)).toBe(foldString(folded));
  });

  it('reorders no more than 30 marks at a time, whatever was stored, since that takes time by their square', () => {
    const folded = foldString(`A${'\u0301\u0323'.repeat(100_000)}`);
    expect(hasLongRun(folded)).toBe(false);
    expect(folded.replaceAll('\u034f', '')).toHaveLength(200_000);
  });
});
