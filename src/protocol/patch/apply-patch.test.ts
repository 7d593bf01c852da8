import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.js';
import type { ResourceType } from '../schemas/attribute.js';
import { ENTERPRISE_USER_SCHEMA } from '../schemas/enterprise-user.js';
import { GROUP, USER } from '../schemas/resource-types.js';
import { ScimError, type ScimType } from '../scim-error.js';
import { applyPatch } from './apply-patch.js';
import type { PatchOptions } from './change.js';
import type { PatchOperation } from './operation.js';
import { BADGE, TENANT_USER } from './tenant-user.fixture.js';

const CORE = USER.schema.id;
const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;
const CUSTOM = 'urn:ietf:params:scim:schemas:extension:Custom:2.0:User';

const work = { value: 'w@contoso.example', type: 'work', primary: true };
const home = { value: 'h@contoso.example', type: 'home' };

const add = (path: string | undefined, value: JsonObject[string]): PatchOperation => ({ op: 'add', path, value });
const replace = (path: string | undefined, value: JsonObject[string]): PatchOperation => ({
  op: 'replace',
  path,
  value,
});
const remove = (path: string, value?: JsonObject[string]): PatchOperation => ({ op: 'remove', path, value });

/** A user with these attributes, in canonical form. */
function user(attributes: JsonObject = {}, ...extensions: string[]): JsonObject {
  return { schemas: [CORE, ...extensions], userName: 'tamsin', active: true, ...attributes };
}

function outcomeOf(patch: () => JsonObject): JsonObject | ScimType | undefined {
  try {
    return patch();
  } catch (error) {
    if (error instanceof ScimError) return error.scimType;
    throw error;
  }
}

interface Row {
  readonly does: string;
  readonly to?: JsonObject;
  readonly operations: readonly PatchOperation[];
  readonly gives: JsonObject | ScimType;
  readonly type?: ResourceType;
  readonly options?: PatchOptions;
}

function hold(rows: readonly Row[]): void {
  it.each(rows)('$does', ({ to = user(), operations, gives, type = USER, options }) => {
    const before = structuredClone(to);
    expect(outcomeOf(() => applyPatch(to, operations, type, options))).toEqual(gives);
    expect(to).toEqual(before);
  });
}

describe('RFC 7644 §3.5.2: any operation', () => {
  const options = { without: new Set(['unknown-attribute-tolerated'] as const) };
  hold([
    { does: 'knows attributes in any case', operations: [add('DISPLAYNAME', 'D')], gives: user({ displayName: 'D' }) },
    {
      does: 'knows sub-attributes of the value in any case',
      operations: [add('name', { GIVENNAME: 'T' })],
      gives: user({ name: { givenName: 'T' } }),
    },
    {
      does: 'refuses two spellings of a sub-attribute',
      operations: [add('name', { givenName: 'T', GivenName: 'U' })],
      gives: 'invalidSyntax',
    },
    {
      does: 'takes the URN of the core schema in front of an attribute',
      operations: [replace(`${CORE}:active`, false)],
      gives: user({ active: false }),
    },
    { does: 'refuses a path that cannot be parsed', operations: [add('emails[type', 'x')], gives: 'invalidPath' },
    {
      does: 'refuses a filter that compares what cannot be compared',
      operations: [add('emails[primary gt 5].value', 'x')],
      gives: 'invalidFilter',
    },
    {
      does: 'refuses an unknown path where no rule for Entra holds',
      operations: [add('hat', 'x')],
      options,
      gives: 'invalidPath',
    },
    { does: 'refuses a value of the wrong type', operations: [add('title', 5)], gives: 'invalidValue' },
    { does: 'refuses a string for a boolean', operations: [replace('active', 'yes')], gives: 'invalidValue' },
    { does: 'refuses a number for a boolean', operations: [replace('active', 1)], gives: 'invalidValue' },
    { does: 'refuses an object for a boolean', operations: [replace('active', {})], gives: 'invalidValue' },
    {
      does: 'passes over what reads like a name and names nothing',
      operations: [
        add('custom:country', 'NL'),
        replace('Cost Center', 'x'),
        remove('a/b'),
        add('$x:y:z', 'x'),
        add('Länder.code', 'x'),
        add('title extra', 'x'),
      ],
      gives: user(),
    },
    { does: 'refuses quotes gone wrong', operations: [add('"title"', 'x')], gives: 'invalidPath' },
    { does: 'refuses punctuation alone', operations: [add(' -:/ ', 'x')], gives: 'invalidPath' },
    { does: 'refuses an operator without brackets', operations: [remove('title eq x')], gives: 'invalidPath' },
    { does: 'refuses a dot without a name', operations: [remove('title.')], gives: 'invalidPath' },
    {
      does: 'refuses a key whose syntax went wrong',
      operations: [replace(undefined, { 'emails[type eq "work"': 'x' })],
      gives: 'invalidPath',
    },
    { does: 'refuses a change of a read-only attribute', operations: [replace('id', 'x')], gives: 'mutability' },
    {
      does: 'refuses a change within a read-only attribute',
      operations: [replace('meta.created', 'x')],
      gives: 'mutability',
    },
    {
      does: 'refuses a read-only attribute in a value without path',
      operations: [add(undefined, { groups: [] })],
      gives: 'mutability',
    },
    {
      does: 'refuses a change of a read-only sub-attribute',
      operations: [add(`${ENTERPRISE}:manager.displayName`, 'x')],
      gives: 'mutability',
    },
    {
      does: 'passes over a read-only sub-attribute in a value',
      operations: [add(`${ENTERPRISE}:manager`, { value: 'm', displayName: 'M' })],
      gives: user({ [ENTERPRISE]: { manager: { value: 'm' } } }, ENTERPRISE),
    },
    { does: 'accepts a password and does not keep it', operations: [replace('password', 'secret')], gives: user() },
    { does: 'refuses a password that is no string', operations: [replace('password', 5)], gives: 'invalidValue' },
    {
      does: 'leaves schemas to the server',
      operations: [add('schemas', ['urn:x']), replace('schemas', [])],
      gives: user(),
    },
    {
      does: 'applies the operations in their order',
      operations: [remove('title'), add('title', 'A'), replace('title', 'B')],
      to: user({ title: 'Z' }),
      gives: user({ title: 'B' }),
    },
    {
      does: 'does nothing at all when one operation fails',
      operations: [replace('title', 'A'), replace('id', 'x')],
      gives: 'mutability',
    },
    {
      does: 'returns the attributes in the order of the schema',
      operations: [add('title', 'A'), add('externalId', 'e')],
      gives: { schemas: [CORE], externalId: 'e', userName: 'tamsin', title: 'A', active: true },
    },
  ]);
});

describe('RFC 7644 §3.5.2: primary', () => {
  hold([
    {
      does: 'is refused on two values at once, also where a later operation changes one of them',
      to: user({ emails: [{ ...work, primary: false }, home] }),
      operations: [add('emails[type pr]', { primary: true }), replace('emails[type eq "home"].display', 'H')],
      gives: 'invalidValue',
    },
    {
      does: 'is taken from the others by an added value',
      to: user({ emails: [work, home] }),
      operations: [add('emails', [{ value: 'n', primary: true }])],
      gives: user({ emails: [{ ...work, primary: false }, home, { value: 'n', primary: true }] }),
    },
    {
      does: 'is taken from the others by an added value beside ones that are repeated',
      to: user({ emails: [work, home] }),
      operations: [
        add('emails', [
          { value: work.value, type: 'work' },
          { ...home, primary: true },
        ]),
      ],
      gives: user({
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      }),
    },
    {
      does: 'stays where the same value is sent twice',
      operations: [add('emails', [work, { value: work.value, type: 'work' }])],
      gives: user({ emails: [work] }),
    },
    {
      does: 'is taken from the others by a changed value',
      to: user({ emails: [work, home] }),
      operations: [replace('emails[type eq "home"].primary', true)],
      gives: user({
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      }),
    },
    {
      does: 'stays where another sub-attribute of the same value changes',
      to: user({ emails: [work, { ...home, primary: false }] }),
      operations: [replace('emails[type eq "work"].display', 'W')],
      gives: user({
        emails: [
          { ...work, display: 'W' },
          { ...home, primary: false },
        ],
      }),
    },
    {
      does: 'is refused on two values at once',
      to: user({ emails: [work, home] }),
      operations: [replace('emails.primary', true)],
      gives: 'invalidValue',
    },
    {
      does: 'is refused on two values of a replacement',
      operations: [replace('emails', [work, { ...home, primary: true }])],
      gives: 'invalidValue',
    },
  ]);
});

describe('RFC 7644 §3.5.2.1: add', () => {
  hold([
    {
      does: 'clears a complex attribute by null (RFC 7643 §2.5)',
      to: user({ name: { givenName: 'T' } }),
      operations: [add('name', null)],
      gives: user(),
    },
    {
      does: 'removes the values that a filter chooses by null',
      to: user({ emails: [work, home] }),
      operations: [add('emails[type eq "work"]', null)],
      gives: user({ emails: [home] }),
    },
    {
      does: 'without path, adds each attribute of the value',
      to: user({ emails: [work], name: { givenName: 'T' } }),
      operations: [add(undefined, { emails: [home], nickName: 'Babs', name: { familyName: 'V' } })],
      gives: user({ emails: [work, home], nickName: 'Babs', name: { givenName: 'T', familyName: 'V' } }),
    },
    {
      does: 'without path, refuses a value that is no object',
      operations: [add(undefined, 'x')],
      gives: 'invalidValue',
    },
    { does: 'creates a simple attribute', operations: [add('title', 'A')], gives: user({ title: 'A' }) },
    {
      does: 'replaces a simple attribute',
      to: user({ title: 'Z' }),
      operations: [add('title', 'A')],
      gives: user({ title: 'A' }),
    },
    {
      does: 'creates a sub-attribute',
      operations: [add('name.givenName', 'T')],
      gives: user({ name: { givenName: 'T' } }),
    },
    {
      does: 'adds sub-attributes to a complex attribute',
      to: user({ name: { givenName: 'T' } }),
      operations: [add('name', { familyName: 'V' })],
      gives: user({ name: { givenName: 'T', familyName: 'V' } }),
    },
    { does: 'refuses a string for a complex attribute', operations: [add('name', 'Tamsin')], gives: 'invalidValue' },
    { does: 'refuses a string for a complex value', operations: [add('emails', ['a@b'])], gives: 'invalidValue' },
    {
      does: 'adds to a multi-valued attribute, one value without an array as well',
      to: user({ emails: [work] }),
      operations: [add('emails', home)],
      gives: user({ emails: [work, home] }),
    },
    {
      does: 'adds no value that is there already',
      to: user({ emails: [work, home] }),
      operations: [add('emails', [{ type: 'home', value: home.value }])],
      gives: user({ emails: [work, home] }),
    },
    {
      does: 'joins values of the same value and type (RFC 7643 §2.4)',
      to: user({ emails: [work, home] }),
      operations: [add('emails', [{ ...home, primary: true, display: 'H' }])],
      gives: user({
        emails: [
          { ...work, primary: false },
          { ...home, primary: true, display: 'H' },
        ],
      }),
    },
    {
      does: 'adds nothing by an empty array',
      to: user({ emails: [work] }),
      operations: [add('emails', [])],
      gives: user({ emails: [work] }),
    },
    {
      does: 'clears a single value by null (RFC 7643 §2.5)',
      to: user({ title: 'A' }),
      operations: [add('title', null)],
      gives: user(),
    },
    {
      does: 'adds sub-attributes to the values that a filter chooses',
      to: user({ emails: [work, home] }),
      operations: [add('emails[type eq "work"]', { display: 'W' })],
      gives: user({ emails: [{ ...work, display: 'W' }, home] }),
    },
    {
      does: 'sets a sub-attribute of all values',
      to: user({ emails: [work, home] }),
      operations: [add('emails.display', 'D')],
      gives: user({
        emails: [
          { ...work, display: 'D' },
          { ...home, display: 'D' },
        ],
      }),
    },
    {
      does: 'creates a value by a sub-attribute without filter',
      operations: [add('emails.value', 'x')],
      gives: user({ emails: [{ value: 'x' }] }),
    },
    {
      does: 'takes an added role for the one of the same value',
      to: user({ roles: [{ value: 'planner', type: 'App', primary: true }] }),
      operations: [add('roles', [{ value: 'planner', display: 'Planner' }])],
      gives: user({ roles: [{ value: 'planner', type: 'App', primary: true, display: 'Planner' }] }),
    },
    {
      does: 'adds to a multi-valued attribute of strings',
      type: TENANT_USER,
      to: user({ [BADGE]: { doors: ['A'] } }, BADGE),
      operations: [add(`${BADGE}:doors`, ['A', 'B'])],
      gives: user({ [BADGE]: { doors: ['A', 'B'] } }, BADGE),
    },
    {
      does: 'refuses more values than an attribute takes',
      operations: [
        add(
          'ims',
          Array.from({ length: 1_001 }, (_, n) => ({ value: `${n}` })),
        ),
      ],
      gives: 'invalidValue',
    },
    {
      does: 'refuses a value that makes them more than an attribute takes',
      to: user({ ims: Array.from({ length: 1_000 }, (_, n) => ({ value: `${n}` })) }),
      operations: [add('ims', [{ value: 'one too many' }])],
      gives: 'invalidValue',
    },
  ]);
});

describe('RFC 7644 §3.5.2.2: remove', () => {
  hold([
    { does: 'removes a simple attribute', to: user({ title: 'A' }), operations: [remove('title')], gives: user() },
    {
      does: 'removes nothing where there is nothing',
      operations: [remove('title'), remove('name.givenName'), remove('emails')],
      gives: user(),
    },
    { does: 'removes all values', to: user({ emails: [work, home] }), operations: [remove('emails')], gives: user() },
    {
      does: 'removes the values that a filter chooses',
      to: user({ emails: [work, home] }),
      operations: [remove('emails[type eq "work"]')],
      gives: user({ emails: [home] }),
    },
    {
      does: 'removes the attribute with its last value',
      to: user({ emails: [work] }),
      operations: [remove('emails[type eq "work"]')],
      gives: user(),
    },
    {
      does: 'removes a sub-attribute of the chosen values',
      to: user({ emails: [work, home] }),
      operations: [remove('emails[type eq "work" and value ew "contoso.example"].primary')],
      gives: user({ emails: [{ value: work.value, type: 'work' }, home] }),
    },
    {
      does: 'removes a sub-attribute of all values',
      to: user({ emails: [work, home] }),
      operations: [remove('emails.type')],
      gives: user({ emails: [{ value: work.value, primary: true }, { value: home.value }] }),
    },
    {
      does: 'changes nothing where a filter chooses nothing, however often it is repeated',
      to: user({ emails: [work] }),
      operations: [
        remove('emails[type eq "home"]'),
        remove('emails[type eq "home"]'),
        remove('emails[type eq "home"].value'),
        remove('addresses[type eq "work"].streetAddress'),
        remove('roles[value eq "x"]'),
        remove('title[value eq "x"]'),
      ],
      gives: user({ emails: [work] }),
    },
    {
      does: 'refuses a filter that chooses nothing where no rule for Entra holds',
      to: user({ emails: [work] }),
      operations: [remove('emails[type eq "home"]')],
      options: { without: new Set(['unmatched-remove-done']) },
      gives: 'noTarget',
    },
    {
      does: 'removes an element that has nothing left but type, primary and display',
      to: user({
        emails: [{ ...work, display: 'W' }, home],
        addresses: [{ type: 'work', locality: 'Utrecht' }],
        roles: [{ value: 'r', display: 'R' }],
      }),
      operations: [
        remove('emails[type eq "work"].value'),
        remove('addresses[type eq "work"].locality'),
        remove('roles.value'),
      ],
      gives: user({ emails: [home] }),
    },
    {
      does: 'removes a sub-attribute',
      to: user({ name: { givenName: 'T', familyName: 'V' } }),
      operations: [remove('name.givenName')],
      gives: user({ name: { familyName: 'V' } }),
    },
    {
      does: 'removes a complex attribute with its last sub-attribute',
      to: user({ name: { givenName: 'T' } }),
      operations: [remove('name.givenName')],
      gives: user(),
    },
    { does: 'refuses to remove a required attribute', operations: [remove('userName')], gives: 'mutability' },
    { does: 'refuses to remove the schemas', operations: [remove('schemas')], gives: 'mutability' },
    {
      does: 'refuses to remove a required sub-attribute',
      type: TENANT_USER,
      to: user({ [BADGE]: { deposit: { amount: 5 } } }, BADGE),
      operations: [remove(`${BADGE}:deposit.amount`)],
      gives: 'mutability',
    },
    {
      does: 'makes nobody active again',
      to: user({ active: false }),
      operations: [remove('active'), remove('active[value eq "False"]')],
      gives: user({ active: false }),
    },
    {
      does: 'leaves a deactivation of the same request as it is',
      operations: [replace('active', false), remove('active'), add('active', null), replace(undefined, { active: [] })],
      gives: user({ active: false }),
    },
    {
      does: 'removes an extension',
      to: user({ [ENTERPRISE]: { department: 'D' } }, ENTERPRISE),
      operations: [remove(ENTERPRISE)],
      gives: user(),
    },
    {
      does: 'removes an extension with its last attribute',
      to: user({ [ENTERPRISE]: { department: 'D' } }, ENTERPRISE),
      operations: [remove(`${ENTERPRISE}:department`)],
      gives: user(),
    },
  ]);
});

describe('RFC 7644 §3.5.2.3: replace', () => {
  const options = { without: new Set(['unmatched-filter-creates'] as const) };
  hold([
    {
      does: 'creates a value with the boolean that a filter has as a string',
      operations: [replace('roles[primary eq "True" and type eq "True"].value', 'x')],
      gives: user({ roles: [{ value: 'x', type: 'True', primary: true }] }),
    },
    {
      does: 'without path, replaces each attribute of the value',
      to: user({ emails: [work], title: 'Z', nickName: 'Babs' }),
      operations: [replace(undefined, { emails: [home], title: 'A' })],
      gives: user({ emails: [home], title: 'A', nickName: 'Babs' }),
    },
    { does: 'adds an attribute that is not there', operations: [replace('title', 'A')], gives: user({ title: 'A' }) },
    {
      does: 'leaves the sub-attributes that it does not name',
      to: user({ name: { givenName: 'T', familyName: 'V' } }),
      operations: [replace('name', { familyName: 'X' })],
      gives: user({ name: { givenName: 'T', familyName: 'X' } }),
    },
    {
      does: 'clears a sub-attribute by null, and only that',
      to: user({ name: { givenName: 'T', familyName: 'V' } }),
      operations: [replace('name', { familyName: null })],
      gives: user({ name: { givenName: 'T' } }),
    },
    {
      does: 'clears by null, an empty array and an empty object',
      to: user({ title: 'A', emails: [work], name: { givenName: 'T' } }),
      operations: [replace(undefined, { title: null, emails: [], name: {} })],
      gives: user(),
    },
    {
      does: 'replaces all values',
      to: user({ emails: [work] }),
      operations: [replace('emails', [home])],
      gives: user({ emails: [home] }),
    },
    {
      does: 'replaces the parts that it names of the values that a filter chooses',
      to: user({ emails: [{ ...work, display: 'W' }, home] }),
      operations: [replace('emails[type eq "work"]', { value: 'n' })],
      gives: user({ emails: [{ ...work, display: 'W', value: 'n' }, home] }),
    },
    {
      does: 'removes a value that a filter chooses by null for its value',
      to: user({ emails: [work, home] }),
      operations: [replace('emails[type eq "work"]', { value: null })],
      gives: user({ emails: [home] }),
    },
    {
      does: 'replaces the values that a filter chooses as a whole where no rule for Entra holds',
      to: user({ emails: [work, home] }),
      operations: [replace('emails[type eq "work"]', { value: 'n', type: 'other' })],
      options: { without: new Set(['filtered-replace-merges']) },
      gives: user({ emails: [{ value: 'n', type: 'other' }, home] }),
    },
    {
      does: 'reads a filter on a simple attribute as its value',
      to: user({ title: 'x', nickName: 'n', name: { givenName: 'T', familyName: 'V' } }),
      operations: [
        remove('title[value eq "y"]'),
        replace('nickName[value eq "n"]', 'm'),
        replace('title[value eq "y"]', 'z'),
        remove('name.givenName[value eq "T"]'),
        remove('name.familyName[value eq "T"]'),
      ],
      gives: user({ title: 'x', nickName: 'm', name: { familyName: 'V' } }),
    },
    {
      does: 'loses no deactivation behind a filter on active, and makes nobody active by one',
      to: user({ active: true }),
      operations: [replace('active[value eq "False"]', false), replace('active[value eq "True"]', true)],
      gives: user({ active: false }),
    },
    {
      does: 'replaces a sub-attribute of the chosen values',
      to: user({ emails: [work, home] }),
      operations: [replace('emails[type eq "WORK"].value', 'n')],
      gives: user({ emails: [{ ...work, value: 'n' }, home] }),
    },
    {
      does: 'refuses a filter that chooses nothing, where no rule for Entra holds',
      to: user({ emails: [work] }),
      operations: [replace('emails[type eq "home"].value', 'n')],
      options,
      gives: 'noTarget',
    },
    {
      does: 'refuses a filter that chooses nothing and does not say what to create',
      to: user({ emails: [work] }),
      operations: [replace('emails[type ne "work"].value', 'n')],
      gives: 'noTarget',
    },
    {
      does: 'clears nothing where a filter chooses nothing',
      to: user({ emails: [work] }),
      operations: [replace('emails[type eq "home"].value', null)],
      gives: user({ emails: [work] }),
    },
    { does: 'refuses to clear a required attribute', operations: [replace('userName', null)], gives: 'invalidValue' },
    {
      does: 'refuses an empty string for a required attribute',
      operations: [replace('userName', '')],
      gives: 'invalidValue',
    },
    {
      does: 'makes nobody active by null, nor by what is empty',
      to: user({ active: false }),
      operations: [replace('active', null), replace('active', []), add('active', null)],
      gives: user({ active: false }),
    },
    {
      does: 'leaves the attributes of an extension that it does not name',
      to: user({ [ENTERPRISE]: { department: 'D', division: 'V' } }, ENTERPRISE),
      operations: [replace(ENTERPRISE.toUpperCase(), { DEPARTMENT: 'E' })],
      gives: user({ [ENTERPRISE]: { department: 'E', division: 'V' } }, ENTERPRISE),
    },
    { does: 'refuses a string for an extension', operations: [replace(ENTERPRISE, 'x')], gives: 'invalidValue' },
    {
      does: 'clears an extension by null',
      to: user({ [ENTERPRISE]: { department: 'D' } }, ENTERPRISE),
      operations: [replace(undefined, { [ENTERPRISE]: null })],
      gives: user(),
    },
    {
      does: 'renames a group',
      type: GROUP,
      to: { schemas: [GROUP.schema.id], displayName: 'A' },
      operations: [replace('displayName', 'B')],
      gives: { schemas: [GROUP.schema.id], displayName: 'B' },
    },
  ]);
});

describe('RFC 7643 §2.2: immutable attributes', () => {
  const badge = user(
    { [BADGE]: { number: '1', deposit: { amount: 5, receipt: 'r' }, lockers: [{ value: '7' }] } },
    BADGE,
  );
  hold([
    {
      does: 'take a value once',
      type: TENANT_USER,
      operations: [add(`${BADGE}:number`, '1')],
      gives: user({ [BADGE]: { number: '1' } }, BADGE),
    },
    {
      does: 'take the value that they have',
      type: TENANT_USER,
      to: badge,
      operations: [replace(`${BADGE}:number`, '1')],
      gives: badge,
    },
    {
      does: 'take no other value',
      type: TENANT_USER,
      to: badge,
      operations: [replace(`${BADGE}:number`, '2')],
      gives: 'mutability',
    },
    {
      does: 'cannot be removed',
      type: TENANT_USER,
      to: badge,
      operations: [remove(`${BADGE}:number`)],
      gives: 'mutability',
    },
    {
      does: 'take no other value within a complex one',
      type: TENANT_USER,
      to: badge,
      operations: [replace(`${BADGE}:deposit`, { receipt: 's' })],
      gives: 'mutability',
    },
    {
      does: 'take no other value within a multi-valued one',
      type: TENANT_USER,
      to: badge,
      operations: [replace(`${BADGE}:lockers[value eq "7"].value`, '8')],
      gives: 'mutability',
    },
    {
      does: 'leave what stands beside them free',
      type: TENANT_USER,
      to: badge,
      operations: [replace(`${BADGE}:lockers[value eq "7"].side`, 'L'), replace(`${BADGE}:deposit.amount`, 6)],
      gives: user(
        { [BADGE]: { number: '1', deposit: { amount: 6, receipt: 'r' }, lockers: [{ value: '7', side: 'L' }] } },
        BADGE,
      ),
    },
  ]);
});

describe('what no schema knows', () => {
  const custom = user({ [CUSTOM]: { costObject: '7', nested: { a: 1 } } });
  hold([
    {
      does: 'is removed with its URN, whatever that is called',
      to: user({ 'urn:example:badge': { a: 1 }, 'urn:example': { badge: 2, b: 3 } }),
      operations: [remove('urn:example:badge')],
      gives: user({ 'urn:example': { badge: 2, b: 3 } }),
    },
    {
      does: 'is passed over without a URN',
      operations: [
        add('hat', 'red'),
        replace('name.hat', 'red'),
        add('emails[type eq "x"].hat', 'red'),
        add(undefined, { hat: 'red', title: 'A' }),
      ],
      gives: user({ title: 'A' }),
    },
    {
      does: 'is kept under an extension URN',
      operations: [add(`${CUSTOM}:costObject`, '7'), add(`${CUSTOM}:nested.a`, 1)],
      gives: custom,
    },
    {
      does: 'is kept in an object under an extension URN',
      operations: [add(undefined, { [CUSTOM]: { costObject: '7', nested: { a: 1, b: null } } })],
      gives: custom,
    },
    {
      does: 'is kept under the URN as a path',
      operations: [replace(CUSTOM, { costObject: '7', nested: { a: 1 } })],
      gives: custom,
    },
    {
      does: 'is found again in any case',
      to: custom,
      operations: [replace(`${CUSTOM.toUpperCase()}:COSTOBJECT`, '8')],
      gives: user({ [CUSTOM]: { costObject: '8', nested: { a: 1 } } }),
    },
    {
      does: 'is removed',
      to: custom,
      operations: [remove(`${CUSTOM}:costObject`), replace(`${CUSTOM}:nested.a`, null)],
      gives: user(),
    },
    { does: 'is removed with its URN', to: custom, operations: [remove(CUSTOM)], gives: user() },
    {
      does: 'is left alone by a value that is no object',
      to: custom,
      operations: [replace(undefined, { [CUSTOM]: 'x' })],
      gives: custom,
    },
    {
      does: 'is kept under a known extension',
      operations: [add(`${ENTERPRISE}:hat`, 'red')],
      gives: user({ [ENTERPRISE]: { hat: 'red' } }, ENTERPRISE),
    },
    {
      does: 'is no way into a known attribute',
      operations: [add(`${ENTERPRISE}:manager.hat`, 'red'), add(`${ENTERPRISE}:manager[hat eq "x"].hat`, 'red')],
      gives: user(),
    },
    {
      does: 'has no prototype to reach',
      operations: [add(`${CUSTOM}:constructor`, 'x')],
      gives: user({ [CUSTOM]: { constructor: 'x' } }),
    },
    {
      does: 'is bounded',
      operations: [add(CUSTOM, Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`a${n}`, 1])))],
      gives: 'invalidValue',
    },
  ]);
});

describe('the work of one request', () => {
  const emails = Array.from({ length: 1_000 }, (_, n) => ({ value: `${n}@contoso.example` }));
  const filter = Array.from({ length: 200 }, () => 'value pr').join(' and ');

  it('is bounded for long filters on many values', () => {
    const operations = Array.from({ length: 20 }, () => replace(`emails[${filter}].display`, 'x'));
    expect(outcomeOf(() => applyPatch(user({ emails }), operations, USER))).toBe('tooMany');
  });

  it('is bounded for many operations on many values', () => {
    const operations = Array.from({ length: 1_000 }, (_, n) => replace('emails.display', `${n}`));
    expect(outcomeOf(() => applyPatch(user({ emails }), operations, USER))).toBe('tooMany');
  });

  it('is bounded for long values', () => {
    const phoneNumbers = [{ value: '5'.repeat(500_000), type: 'work' }];
    const operations = Array.from({ length: 1_000 }, (_, n) => replace('phoneNumbers[type eq "work"].display', `${n}`));
    expect(outcomeOf(() => applyPatch(user({ phoneNumbers }), operations, USER))).toBe('tooMany');
  });

  it('suffices for a hundred operations on a thousand values', () => {
    const operations = Array.from({ length: 100 }, (_, n) =>
      replace(`emails[value eq "${n}@contoso.example"].display`, 'x'),
    );
    expect(outcomeOf(() => applyPatch(user({ emails }), operations, USER))).toHaveProperty('emails.99.display', 'x');
  });
});
