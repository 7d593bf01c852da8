import { describe, expect, it } from 'vitest';
import { normalizePatch, standardNames } from '../entra/rules.js';
import type { JsonObject, JsonValue } from '../json.js';
import { GROUP, USER } from '../schemas/resource-types.js';

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const members = (count: number): JsonValue => many(count, (index) => ({ value: `${index}` }));
const named = (count: number, length: number): JsonObject =>
  Object.fromEntries(many(count, (index) => [`a.${String(index).padStart(length - 2, 'x')}`, 1]));
const patch = (...Operations: JsonObject[]): JsonObject => ({ Operations });

describe('what one request may ask for', () => {
  it.each([
    ['members by path', patch({ op: 'add', path: 'members', value: members(20_001) })],
    ['members in two operations', patch(...many(2, () => ({ op: 'add', path: 'members', value: members(10_001) })))],
    ['members without a path', patch({ op: 'add', value: { members: members(20_001) } })],
    ['members without a path, in a list', patch({ op: 'add', value: [{ members: members(20_001) }] })],
    ['members of a new group', { displayName: 'x', members: members(20_001) }],
  ])('is no more than 20,000 members: %s', (_, body) => {
    expect(() => standardNames(body, GROUP)).toThrow(/at most 20000 members/u);
  });

  it.each([
    [
      'filters in paths',
      patch(...many(30, (index) => ({ op: 'remove', path: `members[${'x'.repeat(6_700)}${index}]` }))),
    ],
    ['long names', named(900, 230)],
    ['names that may be operations', patch(...many(6, () => ({ op: 'add', value: named(900, 20) })))],
    ['names under a URN', { 'urn:a:b': named(900, 130), 'urn:a:c': named(900, 130) }],
  ])('is no more than 200,000 characters of paths and names: %s', (_, body) => {
    expect(() => standardNames(body, USER)).toThrow(/at most 200000 characters/u);
  });

  it('is as much as clients send', () => {
    const full = many(20_000, (index) => ({
      value: `${index}`,
      $ref: `https://a/${index}`,
      display: 'Ada',
      type: 'User',
    }));
    const paths = many(1_000, (index) => ({
      op: 'remove',
      path: `members[value eq "01976f1e-77d2-7a90-8a4c-${index}"]`,
    }));
    expect(() => standardNames(patch({ op: 'add', path: 'members', value: full }), GROUP)).not.toThrow();
    expect(() => standardNames({ schemas: [GROUP.schema.id], displayName: 'x', members: full }, GROUP)).not.toThrow();
    expect(() => normalizePatch(standardNames(patch(...paths), GROUP).message, GROUP)).not.toThrow();
  });
});
