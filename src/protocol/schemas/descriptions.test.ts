import { describe, expect, it } from 'vitest';
import type { Attribute } from './attribute.js';
import { COMMON_ATTRIBUTES } from './common.js';
import { ENTERPRISE_USER_SCHEMA } from './enterprise-user.js';
import { GROUP_SCHEMA } from './group.js';
import { USER_SCHEMA } from './user.js';

const SCHEMAS = [USER_SCHEMA, GROUP_SCHEMA, ENTERPRISE_USER_SCHEMA];

/** The attributes with their sub-attributes, each with its path and description. */
const described = (attributes: readonly Attribute[], prefix = ''): readonly (readonly [string, string])[] =>
  attributes.flatMap(({ name, description, subAttributes = [] }) => [
    [prefix + name, description] as const,
    ...described(subAttributes, `${prefix}${name}.`),
  ]);

const words = (text: string): readonly string[] => text.toLowerCase().match(/[a-z]+/gu) ?? [];

describe('the descriptions in /Schemas', () => {
  it.each([
    [USER_SCHEMA, 'User Account'],
    [GROUP_SCHEMA, 'Group'],
    [ENTERPRISE_USER_SCHEMA, 'Enterprise User'],
  ])('of $name begin with the name that RFC 7643, section 8.7.1 has for it', ({ description }, name) => {
    expect(description.startsWith(`${name}: `)).toBe(true);
  });

  const all = described([...COMMON_ATTRIBUTES, ...SCHEMAS.flatMap(({ attributes }) => attributes)]);

  it('are whole sentences or phrases that say more than the name of the attribute', () => {
    expect(all.length).toBeGreaterThan(80);
    const poor = all.filter(([path, description]) => {
      const name = new Set(words(path.replaceAll(/([A-Z])/gu, ' $1')));
      const added = words(description).filter(
        (word) => !['the', 'a', 'of', 'an', 'its', 'itself', 'value'].includes(word),
      );
      return !/^[A-Z].*\.$/su.test(description) || added.every((word) => name.has(word)) || added.length < 2;
    });
    expect(poor).toEqual([]);
  });

  it('of different attributes are different', () => {
    const topLevel = all.filter(([path]) => !path.includes('.')).map(([, description]) => description);
    expect(topLevel).toEqual([...new Set(topLevel)]);
  });
});
