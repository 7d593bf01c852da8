import { describe } from 'vitest';
import { add, hold, home, replace, user, work } from './apply-patch.fixture.js';
import { BADGE, TENANT_USER } from './tenant-user.fixture.js';

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
