import type { JsonObject, JsonValue } from '../../protocol/json.js';
import { ENTERPRISE_URN, NOBODY, USER_URN } from './conformance.fixture.js';

export const WORK = { value: 'w@x.example', type: 'work', primary: true };

export const HOME = { value: 'h@x.example', type: 'home' };

export const STREETS = [
  { type: 'work', streetAddress: 'One', locality: 'Utrecht' },
  { type: 'home', streetAddress: 'Two' },
];

const UNSET = undefined as unknown as JsonValue;

/** One operation on a user of `BEFORE`: the attributes that it has afterward, or the error. */
export type Row = readonly [does: string, operation: JsonObject, gives: JsonObject | string];

export const ADD: readonly Row[] = [
  ['no path: adds each attribute', { op: 'add', value: { nickName: 'A', title: 'X' } }, { nickName: 'A', title: 'X' }],
  [
    'no path: adds to a multi-valued attribute',
    { op: 'add', value: { emails: [{ value: 'n@x.example' }] } },
    { emails: [WORK, HOME, { value: 'n@x.example' }] },
  ],
  [
    'no path: adds to an extension',
    { op: 'add', value: { [ENTERPRISE_URN]: { division: 'V' } } },
    { [ENTERPRISE_URN]: { department: 'D', costCenter: 'C', division: 'V' } },
  ],
  ['simple, without a value: is set', { op: 'add', path: 'nickName', value: 'A' }, { nickName: 'A' }],
  ['simple, with a value: is replaced', { op: 'add', path: 'title', value: 'X' }, { title: 'X' }],
  [
    'complex: sets the sub-attributes that are given',
    { op: 'add', path: 'name', value: { givenName: 'X', middleName: 'M' } },
    { name: { givenName: 'X', familyName: 'L', middleName: 'M' } },
  ],
  [
    'sub-attribute: is set',
    { op: 'add', path: 'name.middleName', value: 'M' },
    { name: { givenName: 'Ada', familyName: 'L', middleName: 'M' } },
  ],
  [
    'multi-valued: gets one element more',
    { op: 'add', path: 'emails', value: [{ value: 'n@x.example' }] },
    { emails: [WORK, HOME, { value: 'n@x.example' }] },
  ],
  [
    'multi-valued: takes a single object as well',
    { op: 'add', path: 'emails', value: { value: 'n@x.example' } },
    { emails: [WORK, HOME, { value: 'n@x.example' }] },
  ],
  [
    'filtered: sets the sub-attribute of each match',
    { op: 'add', path: 'emails[type eq "home"].display', value: 'At home' },
    { emails: [WORK, { ...HOME, display: 'At home' }] },
  ],
  [
    'extension attribute: is set',
    { op: 'add', path: `${ENTERPRISE_URN}:division`, value: 'V' },
    { [ENTERPRISE_URN]: { department: 'D', costCenter: 'C', division: 'V' } },
  ],
  [
    'whole extension: sets the attributes that are given',
    { op: 'add', path: ENTERPRISE_URN, value: { division: 'V' } },
    { [ENTERPRISE_URN]: { department: 'D', costCenter: 'C', division: 'V' } },
  ],
  [
    'primary true: the others are primary no more',
    { op: 'add', path: 'emails', value: [{ value: 'n@x.example', primary: true }] },
    { emails: [{ ...WORK, primary: false }, HOME, { value: 'n@x.example', primary: true }] },
  ],
  ['no value: is refused', { op: 'add', path: 'title' }, '400 invalidValue'],
  ['no path and no object: is refused', { op: 'add', value: 'X' }, '400 invalidValue'],
  ['complex, with a string: is refused', { op: 'add', path: 'name', value: 'X' }, '400 invalidValue'],
  ['a value of the wrong type: is refused', { op: 'add', path: 'title', value: 5 }, '400 invalidValue'],
  ['read-only: is refused', { op: 'add', path: 'id', value: NOBODY }, '400 mutability'],
  ['read-only part of meta: is refused', { op: 'add', path: 'meta.version', value: 'W/"9"' }, '400 mutability'],
];

export const REMOVE: readonly Row[] = [
  ['simple: is unassigned', { op: 'remove', path: 'title' }, { title: UNSET }],
  ['complex: is unassigned', { op: 'remove', path: 'name' }, { name: UNSET }],
  ['sub-attribute: is unassigned', { op: 'remove', path: 'name.givenName' }, { name: { familyName: 'L' } }],
  ['multi-valued: is unassigned', { op: 'remove', path: 'emails' }, { emails: UNSET }],
  ['filtered: the matches are removed', { op: 'remove', path: 'emails[type eq "home"]' }, { emails: [WORK] }],
  [
    'filtered by several conditions: the matches are removed',
    { op: 'remove', path: 'emails[type eq "work" and value ew "x.example"]' },
    { emails: [HOME] },
  ],
  [
    'filtered, with nothing left: the attribute is unassigned',
    { op: 'remove', path: 'emails[value pr]' },
    { emails: UNSET },
  ],
  [
    'filtered sub-attribute: is unassigned in each match',
    { op: 'remove', path: 'addresses[type eq "work"].locality' },
    { addresses: [{ type: 'work', streetAddress: 'One' }, STREETS[1] ?? {}] },
  ],
  [
    'extension attribute: is unassigned',
    { op: 'remove', path: `${ENTERPRISE_URN}:department` },
    { [ENTERPRISE_URN]: { costCenter: 'C' } },
  ],
  [
    'whole extension: is unassigned, and leaves schemas',
    { op: 'remove', path: ENTERPRISE_URN },
    { [ENTERPRISE_URN]: UNSET, schemas: [USER_URN] },
  ],
  ['no path: is refused', { op: 'remove' }, '400 noTarget'],
  ['required: is refused', { op: 'remove', path: 'userName' }, '400 mutability'],
  ['read-only: is refused', { op: 'remove', path: 'id' }, '400 mutability'],
  ['read-only meta: is refused', { op: 'remove', path: 'meta' }, '400 mutability'],
];

export const REPLACE: readonly Row[] = [
  [
    'no path: replaces each attribute',
    { op: 'replace', value: { title: 'X', emails: [HOME] } },
    { title: 'X', emails: [HOME] },
  ],
  ['no path: leaves the others', { op: 'replace', value: { title: 'X' } }, { title: 'X', emails: [WORK, HOME] }],
  ['simple: is replaced', { op: 'replace', path: 'title', value: 'X' }, { title: 'X' }],
  ['simple, without a value: is added', { op: 'replace', path: 'nickName', value: 'A' }, { nickName: 'A' }],
  [
    'complex: leaves the sub-attributes that are not given',
    { op: 'replace', path: 'name', value: { familyName: 'X' } },
    { name: { givenName: 'Ada', familyName: 'X' } },
  ],
  [
    'sub-attribute: is replaced',
    { op: 'replace', path: 'name.givenName', value: 'X' },
    { name: { givenName: 'X', familyName: 'L' } },
  ],
  [
    'multi-valued: all elements are replaced',
    { op: 'replace', path: 'emails', value: [{ value: 'n@x.example' }] },
    { emails: [{ value: 'n@x.example' }] },
  ],
  [
    'filtered: the matches are replaced',
    { op: 'replace', path: 'addresses[type eq "home"]', value: { type: 'home', streetAddress: 'New' } },
    { addresses: [STREETS[0] ?? {}, { type: 'home', streetAddress: 'New' }] },
  ],
  [
    'filtered sub-attribute: is replaced in each match',
    { op: 'replace', path: 'addresses[streetAddress pr].streetAddress', value: 'New' },
    { addresses: STREETS.map((address) => ({ ...address, streetAddress: 'New' })) },
  ],
  [
    'extension attribute: is replaced',
    { op: 'replace', path: `${ENTERPRISE_URN}:department`, value: 'X' },
    { [ENTERPRISE_URN]: { department: 'X', costCenter: 'C' } },
  ],
  [
    'primary true: the others are primary no more',
    { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
    {
      emails: [
        { ...WORK, primary: false },
        { ...HOME, primary: true },
      ],
    },
  ],
  ['no path and no object: is refused', { op: 'replace', value: 'X' }, '400 invalidValue'],
  ['a value of the wrong type: is refused', { op: 'replace', path: 'emails', value: 'X' }, '400 invalidValue'],
  ['required, by null: is refused', { op: 'replace', path: 'userName', value: null }, '400 invalidValue'],
  ['read-only: is refused', { op: 'replace', path: 'id', value: NOBODY }, '400 mutability'],
  ['read-only groups: is refused', { op: 'replace', path: 'groups', value: [] }, '400 mutability'],
];
