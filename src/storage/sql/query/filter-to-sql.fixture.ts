import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../protocol/json.js';
import {
  attribute,
  multiValued,
  type Attribute,
  type ResourceType,
  type Schema,
} from '../../../protocol/schemas/attribute.js';
import { GROUP, USER } from '../../../protocol/schemas/resource-types.js';
import { foldString } from '../../../protocol/search-form.js';

/** An extension with every type that the core schemas lack. */
const TEST_SCHEMA: Schema = {
  id: 'urn:example:params:scim:schemas:extension:test:2.0:User',
  name: 'TestUser',
  description: 'Every type of attribute',
  attributes: [
    attribute('count', 'An integer.', { type: 'integer' }),
    attribute('ratio', 'A decimal.', { type: 'decimal' }),
    attribute('since', 'A dateTime.', { type: 'dateTime' }),
    attribute('flag', 'A boolean.', { type: 'boolean' }),
    attribute('code', 'A string that compares exactly.', { caseExact: true }),
    attribute('tags', 'Strings.', { multiValued: true }),
    attribute('sizes', 'Integers.', { type: 'integer', multiValued: true }),
    attribute('days', 'DateTimes.', { type: 'dateTime', multiValued: true }),
    attribute('switches', 'Booleans.', { type: 'boolean', multiValued: true }),
    attribute('boxes', 'Complex values.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', 'A string.'),
        attribute('size', 'A decimal.', { type: 'decimal' }),
        attribute('open', 'A boolean.', { type: 'boolean' }),
        attribute('packed', 'A dateTime.', { type: 'dateTime' }),
        attribute('labels', 'Strings.', { multiValued: true }),
      ],
    }),
  ],
};

/** Another extension, whose URN begins with that of the first. */
const LONGER_SCHEMA: Schema = {
  id: `${TEST_SCHEMA.id}:more`,
  name: 'MoreTestUser',
  description: 'A longer URN',
  attributes: [attribute('count', 'An integer.', { type: 'integer' }), multiValued('places', 'Complex values.')],
};

export const TEST_USER: ResourceType = { ...USER, extensions: [...USER.extensions, TEST_SCHEMA, LONGER_SCHEMA] };

/** A resource as a test stages it: what a client sent, and what the server knows. */
export interface StagedResource {
  readonly id: string;
  readonly type: 'User' | 'Group';
  readonly version: number;
  readonly created: string;
  readonly lastModified: string;
  readonly resource: JsonObject;
  /** Groups: the ids of the members. */
  readonly members: readonly string[];
}

/** Few values, so that filters find something: letters that fold, signs that SQL, LIKE and knex know, what UTF-16 orders otherwise. */
const TEXTS = [
  'a',
  'A',
  'ab',
  'B',
  'work',
  'Work',
  'é',
  'e\u0301',
  'É',
  'ΑΣ',
  'ας',
  'İ',
  'ß',
  '\u{1F600}',
  '\uFFFD',
  '\u{1F600}a',
];
const BAIT = ['', '%', '_', "'", '"', '\\', '?', '??', ':a', '$1', "a' or 1=1 --", '\n', '{}', 'null', 'true', '1'];
const INSTANTS = [
  '2026-01-01T00:00:00Z',
  '2026-01-01T01:00:00+01:00',
  '2026-01-01T00:00:00.5Z',
  '2025-12-31T23:59:59',
  '1999-05-13T04:42:34.1234567Z',
];
const NUMBERS = [0, 1, -1, 2, 10, 0.5, 1e21, 5e-324, 9007199254740991, -1e300];

const USER_IDS = ['u-0', 'u-1', 'u-2', 'u-3', 'u-4', 'u-5'] as const;
const GROUP_IDS = ['g-0', 'g-1', 'g-2', 'g-3'] as const;

const text = fc.constantFrom(...TEXTS, ...BAIT);
const instant = fc.constantFrom(...INSTANTS);
const number = fc.constantFrom(...NUMBERS);
const anyId = fc.constantFrom<string>(...USER_IDS, ...GROUP_IDS, 'x-0');

/** Values that a filter compares with, by the type of the attribute. */
export function valueFor({ name, type }: Attribute): fc.Arbitrary<JsonValue> {
  if (name === 'value' || name === 'id') return fc.oneof(text, anyId);
  if (name === 'resourceType' || name === 'type')
    return fc.oneof(text, fc.constantFrom('User', 'group', 'direct', 'Indirect'));
  if (name === 'version') return fc.constantFrom('W/"1"', 'W/"2"', 'W/"', '');
  if (name === 'location' || name === '$ref')
    return fc.oneof(
      text,
      anyId.map((id) => `${BASE_URL}/Users/${id}`),
      anyId.map((id) => `${BASE_URL}/Groups/${id}`),
    );
  switch (type) {
    case 'boolean':
      return fc.constantFrom(true, false, 'True', 'FALSE');
    case 'integer':
    case 'decimal':
      return number;
    case 'dateTime':
      return instant;
    case 'string':
    case 'reference':
    case 'binary':
    case 'complex':
      return text;
  }
}

export const BASE_URL = 'https://scim.example/scim';

/** Some users and groups of one tenant, with memberships that may form circles. */
export const directory: fc.Arbitrary<readonly StagedResource[]> = fc
  .tuple(
    fc.uniqueArray(fc.tuple(userAttributes(), known()), {
      selector: ([{ userName }]) => foldString(userName),
      maxLength: USER_IDS.length,
    }),
    fc.uniqueArray(fc.tuple(groupAttributes(), known()), {
      selector: ([{ displayName }]) => foldString(displayName),
      maxLength: GROUP_IDS.length,
    }),
    fc.array(fc.tuple(fc.constantFrom(...GROUP_IDS), anyId), { maxLength: 14 }),
  )
  .map(([users, groups, pairs]) => {
    const ids = new Set<string>([...USER_IDS.slice(0, users.length), ...GROUP_IDS.slice(0, groups.length)]);
    const membersOf = (id: string): readonly string[] => [
      ...new Set(pairs.filter(([group, member]) => group === id && ids.has(member)).map(([, member]) => member)),
    ];
    return [
      ...users.map(([resource, rest], index) => ({
        id: `u-${index}`,
        type: 'User' as const,
        resource,
        members: [],
        ...rest,
      })),
      ...groups.map(([resource, rest], index) => {
        const id = `g-${index}`;
        return { id, type: 'Group' as const, resource, members: membersOf(id), ...rest };
      }),
    ];
  });

/** What the server knows about a resource by itself. */
function known(): fc.Arbitrary<Pick<StagedResource, 'version' | 'created' | 'lastModified'>> {
  const time = fc.constantFrom('2026-01-01T00:00:00.000Z', '2025-12-31T23:59:59.000Z', '2026-01-01T00:00:00.500Z');
  return fc.record({ version: fc.integer({ min: 1, max: 2 }), created: time, lastModified: time });
}

type Attributes<Required extends string> = JsonObject & Readonly<Record<Required, string>>;

function userAttributes(): fc.Arbitrary<Attributes<'userName'>> {
  const optional = {
    schemas: fc.constantFrom([USER.schema.id], [USER.schema.id, TEST_SCHEMA.id]),
    externalId: text,
    displayName: text,
    title: text,
    active: fc.boolean(),
    name: object({ givenName: text, familyName: text }),
    emails: elements({ value: text, type: text, primary: fc.boolean() }),
    roles: elements({ value: text, display: text, primary: fc.constantFrom('True', 'False') }),
    addresses: elements({ locality: text, primary: fc.boolean() }),
    x509Certificates: elements({ value: fc.constantFrom('QQ==', 'qq==') }),
    unheardOf: text,
    [USER.extensions[0]?.id ?? '']: object({
      department: text,
      manager: fc.record({ value: fc.oneof(anyId, text), $ref: text }, { requiredKeys: [] }),
    }),
    [TEST_SCHEMA.id]: testAttributes(),
    [LONGER_SCHEMA.id]: object({ count: number, places: elements({ value: text }) }),
  };
  const userName = text.filter((value) => value !== '');
  return fc.tuple(userName, object(optional)).map(([name, rest]) => ({ ...rest, userName: name }));
}

function testAttributes(): fc.Arbitrary<JsonObject> {
  return fc.record(
    {
      count: number,
      ratio: number,
      since: instant,
      flag: fc.boolean(),
      code: text,
      tags: fc.array(text, { maxLength: 3 }),
      sizes: fc.array(number, { maxLength: 3 }),
      days: fc.array(instant, { maxLength: 3 }),
      switches: fc.array(fc.boolean(), { maxLength: 2 }),
      boxes: elements({
        value: text,
        size: number,
        open: fc.boolean(),
        packed: instant,
        labels: fc.array(text, { maxLength: 2 }),
      }),
    },
    { requiredKeys: [] },
  );
}

function groupAttributes(): fc.Arbitrary<Attributes<'displayName'>> {
  const displayName = text.filter((value) => value !== '');
  return fc
    .tuple(displayName, object({ externalId: text, schemas: fc.constant([GROUP.schema.id]) }))
    .map(([name, rest]) => ({ ...rest, displayName: name }));
}

/** An object with some of the parts. */
function object(parts: Readonly<Record<string, fc.Arbitrary<JsonValue>>>): fc.Arbitrary<JsonObject> {
  const entries = Object.entries(parts).map(([name, part]) =>
    fc
      .option(part, { nil: undefined })
      .map((value): readonly [string, JsonValue][] => (value === undefined ? [] : [[name, value]])),
  );
  return fc.tuple(...entries).map((found) => Object.fromEntries(found.flat()));
}

function elements(parts: Readonly<Record<string, fc.Arbitrary<JsonValue>>>): fc.Arbitrary<readonly JsonValue[]> {
  return fc.array(object(parts), { maxLength: 3 });
}
