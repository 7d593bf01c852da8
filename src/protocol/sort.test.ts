import { describe, expect, it } from 'vitest';
import { attributeName } from './attribute-lookup.js';
import { GROUP, USER } from './schemas/resource-types.js';
import { parseSort } from './sort.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const TYPES = { users: [USER], groups: [GROUP], both: [USER, GROUP] };

describe('sortBy (RFC 7644 §3.4.2.3)', () => {
  const found: readonly [string, keyof typeof TYPES, string][] = [
    ['userName', 'users', 'userName'],
    ['USERNAME', 'users', 'userName'],
    ['name.familyName', 'users', 'name.familyName'],
    ['emails', 'users', 'emails.value'],
    ['meta.created', 'users', 'meta.created'],
    [`${ENTERPRISE}:department`, 'users', `${ENTERPRISE}:department`],
    ['urn:ietf:params:scim:schemas:core:2.0:Group:displayName', 'groups', 'displayName'],
    ['displayName', 'both', 'displayName'],
    ['userName', 'both', 'userName'],
    ['members', 'both', 'members.value'],
    ['urn:ietf:params:scim:schemas:core:2.0:Group:displayName', 'both', 'displayName'],
  ];
  it.each(found)('%s of %s is %s', (sortBy, types, name) => {
    const order = parseSort(sortBy, undefined, TYPES[types]);
    expect([attributeName(order.by), order.descending]).toEqual([name, false]);
  });

  const refused: readonly [string, keyof typeof TYPES, string][] = [
    ['userName', 'groups', 'invalidValue'],
    ['nobodyKnows', 'both', 'invalidValue'],
    ['name', 'users', 'invalidValue'],
    ['password', 'users', 'invalidValue'],
    ['emails[type eq "work"].value', 'users', 'invalidValue'],
    [ENTERPRISE, 'users', 'invalidValue'],
    ['', 'users', 'invalidPath'],
    ['user name', 'both', 'invalidPath'],
    ['__proto__', 'users', 'invalidPath'],
  ];
  it.each(refused)('%s of %s is refused: %s', (sortBy, types, scimType) => {
    expect(() => parseSort(sortBy, 'ascending', TYPES[types])).toThrow(
      expect.objectContaining({ status: 400, scimType }),
    );
  });

  it.each([
    ['ascending', false],
    ['descending', true],
    [undefined, false],
  ] as const)('sortOrder %s', (sortOrder, descending) => {
    expect(parseSort('id', sortOrder, [USER]).descending).toBe(descending);
  });
});
