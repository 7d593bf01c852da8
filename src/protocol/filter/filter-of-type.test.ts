import { describe, expect, it } from 'vitest';
import type { ResourceTypeName } from '../schemas/attribute.js';
import { GROUP, USER } from '../schemas/resource-types.js';
import { matchesFilter } from './evaluate-filter.js';
import { filterOfType } from './filter-of-type.js';
import { parseFilter } from './parse-filter.js';
import type { FilterNode } from './tree.js';

const TYPES = { User: USER, Group: GROUP };

const parsed = (text: string, type: ResourceTypeName): FilterNode => parseFilter(text, TYPES[type]);

const settled: readonly [string, ResourceTypeName, boolean | string][] = [
  ['meta.resourceType eq "User"', 'User', true],
  ['meta.resourceType eq "User"', 'Group', false],
  ['meta.resourceType ne "User"', 'Group', true],
  ['meta.resourceType eq "user"', 'User', false],
  ['META.RESOURCETYPE sw "Gr"', 'Group', true],
  ['meta.resourceType pr', 'Group', true],
  ['not (meta.resourceType eq "User")', 'User', false],
  ['not (displayName pr)', 'User', 'not (displayName pr)'],
  ['userName pr', 'Group', false],
  ['userName pr', 'User', 'userName pr'],
  ['not (userName pr)', 'Group', true],
  ['userName ne "a"', 'Group', true],
  ['userName eq "a" or displayName eq "b"', 'Group', 'displayName eq "b"'],
  ['userName eq "a" or displayName eq "b"', 'User', 'userName eq "a" or displayName eq "b"'],
  ['userName eq "a" and displayName eq "b"', 'Group', false],
  ['meta.resourceType eq "User" and displayName eq "b"', 'User', 'displayName eq "b"'],
  ['meta.resourceType eq "User" or displayName eq "b"', 'User', true],
  ['meta.resourceType eq "User" or meta.resourceType eq "Group"', 'Group', true],
  ['meta.resourceType eq "User" and meta.resourceType eq "Group"', 'Group', false],
  [
    'externalId pr and (userName pr or displayName pr or id pr)',
    'Group',
    'externalId pr and (displayName pr or id pr)',
  ],
  ['members[value eq "x"]', 'User', false],
  ['members[value eq "x"]', 'Group', 'members[value eq "x"]'],
];

describe('what a filter asks of one type', () => {
  it.each(settled)('%s, of a %s: %s', (text, type, expected) => {
    const asked = filterOfType(parsed(text, type), type);
    expect(asked).toEqual(typeof expected === 'string' ? parsed(expected, type) : expected);
  });

  const forms = [{}, { displayName: 'b' }, { externalId: 'x', displayName: 'c' }, { userName: 'a', id: '1' }];

  it.each(settled)('%s, of a %s, matches the same as before', (text, type) => {
    const whole = parsed(text, type);
    const asked = filterOfType(whole, type);
    for (const form of forms.map((given) => ({ ...given, meta: { resourceType: type } }))) {
      expect(typeof asked === 'boolean' ? asked : matchesFilter(asked, form)).toBe(matchesFilter(whole, form));
    }
  });

  it('is the filter itself where nothing is left out', () => {
    const filter = parsed('userName eq "a" and (active eq true or not (title pr))', 'User');
    expect(filterOfType(filter, 'User')).toBe(filter);
  });
});
