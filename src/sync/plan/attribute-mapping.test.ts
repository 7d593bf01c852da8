import { describe, expect, it } from 'vitest';
import { BADGE, TENANT_USER } from '../../protocol/patch/tenant-user.fixture.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schemas/enterprise-user.js';
import { compileMapping } from './attribute-mapping.js';

const UNKNOWN = 'urn:example:unknown:2.0:User';
const ANN = {
  userName: 'ann',
  title: 'Baker',
  name: { givenName: 'Ann' },
  emails: [
    { value: 'home@example.com', type: 'home' },
    { value: 'work@example.com', type: 'work', primary: true },
    { value: 'second@example.com', type: 'work' },
  ],
  roles: [{ value: 'a' }, { value: 'b' }],
  [ENTERPRISE_USER_SCHEMA.id]: { department: 'Sales', manager: { value: 'm-1' } },
  [BADGE]: { number: 'B-7', doors: ['1', '2'] },
  [UNKNOWN]: { floor: 3, desk: { row: 'C' } },
};

describe('attributes that are passed on', () => {
  it.each([
    ['title', 'Baker'],
    ['TITLE', 'Baker'],
    ['name.givenName', 'Ann'],
    ['name.familyName', undefined],
    ['nickName', undefined],
    ['emails[type eq "work"].value', 'work@example.com'],
    ['emails[type eq "HOME"].value', 'home@example.com'],
    ['emails[type eq "other"].value', undefined],
    ['emails.value', 'work@example.com'],
    ['roles.value', 'a'],
    ['roles', [{ value: 'a' }, { value: 'b' }]],
    [`${ENTERPRISE_USER_SCHEMA.id}:department`, 'Sales'],
    [`${ENTERPRISE_USER_SCHEMA.id}:manager.value`, 'm-1'],
    [`${BADGE}:number`, 'B-7'],
    [`${BADGE}:doors`, ['1', '2']],
    [`${UNKNOWN}:floor`, 3],
    [`${UNKNOWN}:desk.row`, 'C'],
    [`${UNKNOWN}:desk.row.seat`, undefined],
  ])('%s', (path, value) => {
    expect(compileMapping({ [path]: 'x' }, TENANT_USER)(ANN)).toEqual(value === undefined ? {} : { x: value });
  });

  it.each([
    ['password', 'never returned'],
    ['nobody', 'no schema has'],
    ['emails[type eq', 'cannot be read'],
    ['emails[primary gt true].value', 'cannot be applied'],
    [BADGE, 'name an attribute of it'],
  ])('cannot be %s', (path, detail) => {
    expect(() => compileMapping({ [path]: 'x' }, TENANT_USER)).toThrow(detail);
  });
});
