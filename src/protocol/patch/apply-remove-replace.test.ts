import { describe } from 'vitest';
import { GROUP } from '../schemas/resource-types.js';
import { ENTERPRISE, add, hold, home, remove, replace, user, work } from './apply-patch.fixture.js';
import { BADGE, TENANT_USER } from './tenant-user.fixture.js';

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
