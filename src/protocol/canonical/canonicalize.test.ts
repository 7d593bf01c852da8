import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json.js';
import { BADGE, TENANT_USER } from '../patch/tenant-user.fixture.js';
import { ENTERPRISE_USER_SCHEMA } from '../schemas/enterprise-user.js';
import { GROUP, USER } from '../schemas/resource-types.js';
import { ScimError } from '../scim-error.js';
import { canonicalizeResource } from './canonicalize.js';

const CORE = USER.schema.id;
const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;

const body = (attributes: JsonObject = {}): JsonObject => ({ schemas: [CORE], userName: 'tamsin', ...attributes });
const user = (attributes: JsonObject = {}, ...extensions: string[]): JsonObject => ({
  schemas: [CORE, ...extensions],
  userName: 'tamsin',
  active: true,
  ...attributes,
});

function outcomeOf(sent: JsonObject, type = TENANT_USER): JsonValue | undefined {
  try {
    return canonicalizeResource(sent, type);
  } catch (error) {
    if (error instanceof ScimError) return error.scimType;
    throw error;
  }
}

type Row = readonly [does: string, sent: JsonObject, outcome: JsonValue];

function hold(rows: readonly Row[]): void {
  it.each(rows)('%s', (_, sent, outcome) => {
    expect(outcomeOf(sent)).toEqual(outcome);
  });
}

const badge = (attributes: JsonObject): JsonObject => body({ [BADGE]: attributes });
const badged = (attributes: JsonObject): JsonObject => user({ [BADGE]: attributes }, BADGE);

describe('RFC 7643 §2.2: attribute characteristics', () => {
  hold([
    ['asks for what is required', { schemas: [CORE] }, 'invalidValue'],
    ['takes null for lacking', body({ userName: null }), 'invalidValue'],
    ['takes an empty string for lacking', body({ userName: '' }), 'invalidValue'],
    ['asks for required sub-attributes', badge({ deposit: { receipt: 'r' } }), 'invalidValue'],
    ['does not ask for them where there is no value', badge({ deposit: null }), user()],
    ['ignores read-only attributes', body({ id: 'x', meta: { created: 5 }, groups: 'x' }), user()],
    ['ignores read-only sub-attributes', body({ [ENTERPRISE]: { manager: { displayName: 'M' } } }), user()],
    ['does not keep what is write-only', body({ password: 'secret' }), user()],
    ['checks what is write-only', body({ password: 5 }), 'invalidValue'],
    ['ignores attributes that no schema has', body({ hat: 'red', name: { hat: 'red' } }), user()],
    ['makes a user active', body(), user()],
    ['keeps a user inactive', body({ active: false }), user({ active: false })],
  ]);

  it('names what is required', () => {
    expect(() => canonicalizeResource({ schemas: [CORE] }, USER)).toThrow('"userName" is required');
    expect(() => canonicalizeResource(badge({ deposit: { receipt: 'r' } }), TENANT_USER)).toThrow(
      `"${BADGE}:deposit.amount"`,
    );
  });
});

describe('RFC 7643 §2.3: data types', () => {
  hold([
    ['keeps a string byte for byte', body({ title: ' Ünïcode\u0301 ' }), user({ title: ' Ünïcode\u0301 ' })],
    ['keeps an empty string', body({ title: '' }), user({ title: '' })],
    ['refuses a number for a string', body({ title: 5 }), 'invalidValue'],
    ['refuses an array for a single value', body({ title: ['x'] }), 'invalidValue'],
    ['refuses a string for a boolean', body({ active: 'True' }), 'invalidValue'],
    ['takes an integer', badge({ level: 3 }), badged({ level: 3 })],
    ['refuses a fraction for an integer', badge({ level: 3.5 }), 'invalidValue'],
    ['refuses a string for an integer', badge({ level: '3' }), 'invalidValue'],
    ['takes a decimal', badge({ weight: 3.5 }), badged({ weight: 3.5 })],
    ['refuses a string for a decimal', badge({ weight: '3.5' }), 'invalidValue'],
    [
      'takes a dateTime as it was sent',
      badge({ issued: '2011-05-13T04:42:34+02:00' }),
      badged({ issued: '2011-05-13T04:42:34+02:00' }),
    ],
    ['refuses a date without time', badge({ issued: '2011-05-13' }), 'invalidValue'],
    ['refuses a day that there is not', badge({ issued: '2011-02-30T04:42:34Z' }), 'invalidValue'],
    ['takes base64', badge({ chip: 'Zm9vYg==' }), badged({ chip: 'Zm9vYg==' })],
    ['takes base64 without padding', badge({ chip: 'Zm9vYg' }), badged({ chip: 'Zm9vYg' })],
    ['refuses base64 with wrong padding', badge({ chip: 'Zm9vYg=' }), 'invalidValue'],
    ['refuses base64 that ends too early', badge({ chip: 'Zm9vY' }), 'invalidValue'],
    ['refuses what is no base64', badge({ chip: 'Zm 9v' }), 'invalidValue'],
    [
      'takes a reference',
      body({ profileUrl: 'https://contoso.example/t' }),
      user({ profileUrl: 'https://contoso.example/t' }),
    ],
    ['refuses a string for a complex attribute', body({ name: 'Tamsin' }), 'invalidValue'],
    ['refuses an array for a complex attribute', body({ name: [{ givenName: 'T' }] }), 'invalidValue'],
    [
      'takes the longest value of an indexed attribute',
      body({ userName: 'a'.repeat(512) }),
      user({ userName: 'a'.repeat(512) }),
    ],
    ['refuses a longer one', body({ userName: 'a'.repeat(513) }), 'invalidValue'],
    [
      'counts a character beyond the first 65,536 once',
      body({ userName: '\u{1F600}'.repeat(500) }),
      user({ userName: '\u{1F600}'.repeat(500) }),
    ],
    // U+0958 has two characters in its canonical composition, of three bytes each.
    ['refuses one with too many bytes when it is folded', body({ userName: '\u0958'.repeat(334) }), 'invalidValue'],
    [
      'takes one with just as many bytes as fit',
      body({ userName: '\u0958'.repeat(333) }),
      user({ userName: '\u0958'.repeat(333) }),
    ],
  ]);
});

describe('RFC 7643 §2.4: multi-valued attributes', () => {
  const work = { value: 'w', type: 'work' };
  const many = (count: number): JsonValue => Array.from({ length: count }, (_, n) => ({ value: `${n}` }));
  hold([
    [
      'keeps the values in their order',
      body({ emails: [{ value: 'z' }, work] }),
      user({ emails: [{ value: 'z' }, work] }),
    ],
    [
      'keeps types that are not canonical',
      body({ emails: [{ value: 'z', type: 'Yacht' }] }),
      user({ emails: [{ value: 'z', type: 'Yacht' }] }),
    ],
    ['keeps equal values once', body({ emails: [work, { type: 'work', value: 'w' }] }), user({ emails: [work] })],
    ['refuses a value without an array', body({ emails: work }), 'invalidValue'],
    ['refuses a string for a complex value', body({ emails: ['w'] }), 'invalidValue'],
    [
      'takes one primary value',
      body({
        emails: [
          { ...work, primary: true },
          { value: 'z', primary: false },
        ],
      }),
      user({
        emails: [
          { ...work, primary: true },
          { value: 'z', primary: false },
        ],
      }),
    ],
    [
      'refuses two',
      body({
        emails: [
          { ...work, primary: true },
          { value: 'z', primary: true },
        ],
      }),
      'invalidValue',
    ],
    ['takes strings', badge({ doors: ['A', 'B', 'A'] }), badged({ doors: ['A', 'B'] })],
    ['takes 1,000 values', body({ ims: many(1_000) }), user({ ims: many(1_000) })],
    ['refuses 1,001', body({ ims: many(1_001) }), 'invalidValue'],
  ]);
});

describe('RFC 7643 §2.5: unassigned and null values', () => {
  hold([
    ['has no null', body({ title: null, name: { givenName: null }, emails: [null, { value: null }] }), user()],
    ['has nothing empty', body({ name: {}, emails: [], [ENTERPRISE]: {} }), user()],
    ['has no null extension', body({ [ENTERPRISE]: null }), user()],
    [
      'has nothing empty in what is kept',
      body({ 'urn:x': { a: null, b: [], c: { d: {} }, e: 0 }, 'urn:y': {} }),
      user({ 'urn:x': { e: 0 } }),
    ],
  ]);
});

describe('RFC 7643 §3: resources', () => {
  hold([
    [
      'lists the core schema and the extensions that have values',
      body({ schemas: [CORE, ENTERPRISE, 'urn:x'], [BADGE]: { level: 1 } }),
      badged({ level: 1 }),
    ],
    ['takes the URN of the core schema in any case', body({ schemas: [CORE.toUpperCase()] }), user()],
    ['asks for schemas', { userName: 'tamsin' }, 'invalidValue'],
    ['asks for the core schema among them', body({ schemas: [ENTERPRISE] }), 'invalidValue'],
    ['refuses schemas that are no array', body({ schemas: CORE }), 'invalidValue'],
    [
      'keeps what stands under a URN that no schema has, without listing it',
      body({ 'urn:x:2.0:User': { a: [1] } }),
      user({ 'urn:x:2.0:User': { a: [1] } }),
    ],
    ['ignores a value that is no object under such a URN', body({ 'urn:x:2.0:User': 'x' }), user()],
    ['ignores what stands under the URN of the core schema', body({ [CORE]: { title: 'A' } }), user()],
    [
      'keeps what no schema has under the URN of an extension',
      body({ [ENTERPRISE]: { hat: 'red', department: 'D' } }),
      user({ [ENTERPRISE]: { department: 'D', hat: 'red' } }, ENTERPRISE),
    ],
    ['refuses a string for an extension', body({ [ENTERPRISE]: 'x' }), 'invalidValue'],
    [
      'bounds what it keeps in an extension',
      body({ 'urn:x': Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`a${n}`, 1])) }),
      'invalidValue',
    ],
  ]);

  it('begins with schemas', () => {
    expect(JSON.stringify(canonicalizeResource({ userName: 'a', schemas: [CORE] }, USER))).toMatch(/^\{"schemas":/);
  });

  it('leaves the members of a group to membership.ts', () => {
    const group = { schemas: [GROUP.schema.id], displayName: 'G' };
    expect(outcomeOf({ ...group, members: [{ value: 'a' }] }, GROUP)).toEqual(group);
    expect(outcomeOf({ schemas: [GROUP.schema.id] }, GROUP)).toBe('invalidValue');
  });

  it('leaves __proto__ a name like any other', () => {
    const sent = JSON.parse(
      `{"schemas":["${CORE}"],"userName":"a","urn:x":{"__proto__":{"polluted":1}}}`,
    ) as JsonObject;
    const kept = canonicalizeResource(sent, USER)['urn:x'];
    expect(Object.keys(kept as JsonObject)).toEqual(['__proto__']);
    expect(kept).not.toHaveProperty('polluted');
  });

  it('changes nothing about a resource in canonical form', () => {
    const once = canonicalizeResource(
      body({ emails: [{ value: 'a' }], 'urn:x': { a: 1 }, [ENTERPRISE]: { department: 'D' } }),
      USER,
    );
    expect(canonicalizeResource(once, USER)).toEqual(once);
  });
});
