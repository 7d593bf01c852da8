import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json.js';
import { USER } from '../schemas/resource-types.js';
import { conform, mayHave } from './conform.js';
import { parseCustomSchema, presenceOf } from './definition.js';
import { withoutDuplicates } from './duplicate.js';

const URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';
const CORE = USER.schema.id;

const SCHEMA = parseCustomSchema({
  id: URN,
  attributes: [
    { name: 'badge', uniqueness: 'server' },
    { name: 'level', type: 'integer' },
    { name: 'rate', type: 'decimal' },
    { name: 'vip', type: 'boolean' },
    { name: 'hired', type: 'dateTime' },
    { name: 'page', type: 'reference' },
    { name: 'key', type: 'binary' },
    { name: 'doors', type: 'integer', multiValued: true, matching: true },
    {
      name: 'desk',
      type: 'complex',
      subAttributes: [
        { name: 'floor', type: 'integer', required: true },
        { name: 'side' },
        { name: 'seen', mutability: 'readOnly' },
      ],
    },
    {
      name: 'phones',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        { name: 'value', uniqueness: 'server' },
        { name: 'primary', type: 'boolean' },
        { name: 'tags', multiValued: true, uniqueness: 'server' },
      ],
    },
    { name: 'given', mutability: 'readOnly' },
  ],
});
const TYPE = { ...USER, extensions: [...USER.extensions, SCHEMA] };

const user = (given: JsonObject, ...urns: string[]): JsonObject => ({
  schemas: [CORE, ...urns],
  userName: 'ann',
  active: true,
  ...given,
});
const conformed = (kept: JsonValue, urn = URN) => conform(user({ [urn]: kept }), SCHEMA, TYPE);

describe('staged values that fit a schema', () => {
  const rows: readonly (readonly [string, JsonObject, JsonObject])[] = [
    ['strings', { badge: 'B-7' }, { badge: 'B-7' }],
    ['whole numbers', { level: 3 }, { level: 3 }],
    ['numbers', { rate: 1.5 }, { rate: 1.5 }],
    ['booleans', { vip: false }, { vip: false }],
    ['booleans as Entra writes them', { vip: 'True' }, { vip: true }],
    ['dateTimes, as sent', { hired: '2026-01-02T03:04:05+01:00' }, { hired: '2026-01-02T03:04:05+01:00' }],
    ['references', { page: 'https://x.example/' }, { page: 'https://x.example/' }],
    ['base64', { key: 'aGk=' }, { key: 'aGk=' }],
    ['several values', { doors: [1, 2] }, { doors: [1, 2] }],
    ['several values as Entra writes them', { doors: [{ value: 1 }, { value: 2 }] }, { doors: [1, 2] }],
    ['one value of several', { doors: 1 }, { doors: [1] }],
    ['values that are there twice', { doors: [1, 1] }, { doors: [1] }],
    ['a value in an object', { level: { value: 3 } }, { level: 3 }],
    ['names in another case', { BADGE: 'B', desk: { FLOOR: 2 } }, { badge: 'B', desk: { floor: 2 } }],
    ['complex values', { desk: { floor: 2, side: 'n' } }, { desk: { floor: 2, side: 'n' } }],
    ['what the schema does not know, as sent', { hat: ['x'], badge: 'B' }, { badge: 'B', hat: ['x'] }],
  ];
  it.each(rows)('are taken over: %s', (_, kept, expected) => {
    expect(conformed(kept)).toEqual({ resource: user({ [URN]: expected }, URN), misfits: [] });
  });

  it('are found under the URN in any case, and stand under its own', () => {
    const { resource } = conformed({ badge: 'B' }, URN.toUpperCase());
    expect(resource).toEqual(user({ [URN]: { badge: 'B' } }, URN));
    expect(mayHave(JSON.stringify(user({ [URN.toUpperCase()]: {} })), URN)).toBe(true);
  });

  it('are none where there are none', () => {
    const plain = user({ title: URN });
    expect(conform(plain, SCHEMA, TYPE)).toEqual({ resource: plain, misfits: [] });
    expect(mayHave(JSON.stringify(plain), URN)).toBe(false);
    expect(mayHave(JSON.stringify(user({ [`${URN}2`]: {} })), URN)).toBe(false);
  });

  it('change nothing the second time', () => {
    const { resource } = conformed({ vip: 'True', doors: [{ value: 1 }], HAT: 1 });
    expect(conform(resource, SCHEMA, TYPE)).toEqual({ resource, misfits: [] });
  });
});

describe('staged values that do not fit a schema', () => {
  const rows: readonly (readonly [string, JsonObject, JsonObject | undefined, readonly string[]])[] = [
    ['a number for a string', { badge: 7, level: 1 }, { level: 1 }, ['badge']],
    ['a text for a number', { level: 'x' }, undefined, ['level']],
    ['a fraction for a whole number', { level: 1.5 }, undefined, ['level']],
    ['a text for a decimal', { rate: '1.5' }, undefined, ['rate']],
    ['a text for a boolean', { vip: 'perhaps' }, undefined, ['vip']],
    ['a day for a dateTime', { hired: '2026-01-02' }, undefined, ['hired']],
    ['a number for a reference', { page: 1 }, undefined, ['page']],
    ['no base64', { key: 'ä' }, undefined, ['key']],
    ['several values for one', { level: [1, 2] }, undefined, ['level']],
    ['some of several values', { doors: [1, 'x', 2, 'y'] }, { doors: [1, 2] }, ['doors', 'doors']],
    ['a text for a complex value', { desk: 'x' }, undefined, ['desk']],
    ['a part that the schema does not know', { desk: { floor: 1, hat: 2 } }, undefined, ['desk']],
    ['a part that clients do not set', { desk: { floor: 1, seen: 'x' } }, undefined, ['desk']],
    ['a complex value without what it requires', { desk: { side: 'n' } }, undefined, ['desk']],
    ['a value that clients do not set', { given: 'x' }, undefined, ['given']],
    [
      'two primary values',
      {
        phones: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      undefined,
      ['phones'],
    ],
    ['one name in two spellings', { badge: 'A', BADGE: 'B' }, { badge: 'A' }, ['badge']],
  ];
  it.each(rows)('are named, and the rest is taken over: %s', (_, kept, rest, attributes) => {
    const { resource, misfits } = conformed(kept);
    expect(resource).toEqual(rest === undefined ? user({}) : user({ [URN]: rest }, URN));
    expect(misfits.map(({ attribute }) => attribute)).toEqual(attributes.map((name) => `${URN}:${name}`));
    for (const { problem } of misfits) expect(problem).not.toBe('');
  });

  it('are the whole extension where a required attribute is missing', () => {
    const strict = parseCustomSchema({
      id: URN,
      attributes: [
        { name: 'badge', required: true },
        { name: 'level', type: 'integer' },
      ],
    });
    const type = { ...USER, extensions: [...USER.extensions, strict] };
    const { resource, misfits } = conform(user({ [URN]: { level: 1, hat: 1 } }), strict, type);
    expect(resource).toEqual(user({}));
    expect(misfits).toEqual([{ attribute: URN, problem: expect.stringContaining('required') as string }]);
    expect(conform(user({}), strict, type).misfits).toEqual([]);
  });

  it('leave __proto__ a name like any other', () => {
    const kept = JSON.parse('{"__proto__":{"polluted":1},"badge":"B"}') as JsonObject;
    const extension = conformed(kept).resource[URN] as JsonObject;
    expect(Object.keys(extension)).toEqual(['badge', '__proto__']);
    expect(extension).not.toHaveProperty('polluted');
  });
});

describe('a value that another resource has already', () => {
  const rows: readonly (readonly [string, string, string, JsonObject, JsonObject | undefined])[] = [
    ['the one value', 'badge', 'b', { badge: 'B' }, undefined],
    ['the one value beside others', 'badge', 'b', { badge: 'B', level: 1 }, { level: 1 }],
    ['one of several', 'doors', '2', { doors: [1, 2] }, { doors: [1] }],
    [
      'a part of one of several',
      'phones.value',
      'x',
      { phones: [{ value: 'X', primary: true }, { value: 'y' }] },
      { phones: [{ primary: true }, { value: 'y' }] },
    ],
    [
      'one of the values of a part',
      'phones.tags',
      'x',
      { phones: [{ tags: ['x', 'y'] }] },
      { phones: [{ tags: ['y'] }] },
    ],
  ];
  it.each(rows)('is taken away: %s', (_, attribute, value, extension, rest) => {
    const { resource, misfits } = withoutDuplicates(
      user({ [URN]: extension }, URN),
      [{ attribute: `${URN}:${attribute}`, value }],
      SCHEMA,
      TYPE,
    );
    expect(resource).toEqual(rest === undefined ? user({}) : user({ [URN]: rest }, URN));
    expect(misfits.map((misfit) => misfit.attribute)).toEqual([`${URN}:${attribute}`]);
  });

  it('is taken away together with others, a misfit for each', () => {
    const attribute = `${URN}:phones.tags`;
    const { resource, misfits } = withoutDuplicates(
      user({ [URN]: { phones: [{ tags: ['x', 'y'] }, { tags: ['z', 'keep'] }] } }, URN),
      ['x', 'y', 'z'].map((value) => ({ attribute, value })),
      SCHEMA,
      TYPE,
    );
    expect(resource).toEqual(user({ [URN]: { phones: [{ tags: ['keep'] }] } }, URN));
    expect(misfits.map((misfit) => misfit.attribute)).toEqual([attribute, attribute, attribute]);
  });
});

it('says which of the tenant’s own schemas a resource has something under', () => {
  expect(presenceOf(user({ [URN]: { hat: 1 } }, URN), TYPE)).toEqual([{ attribute: URN, value: '' }]);
  expect(presenceOf(user({ [USER.extensions[0]?.id ?? '']: { department: 'D' } }), TYPE)).toEqual([]);
});
