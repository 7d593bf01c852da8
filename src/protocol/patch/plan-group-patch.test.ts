import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.js';
import type { MembershipStep } from '../membership.js';
import { GROUP } from '../schemas/resource-types.js';
import { ScimError, type ScimType } from '../scim-error.js';
import type { PatchOptions } from './change.js';
import type { PatchOperation } from './operation.js';
import { planGroupPatch } from './plan-group-patch.js';

const add = (value: JsonValue, path: string | undefined = 'members'): PatchOperation => ({ op: 'add', path, value });
const replace = (value: JsonValue, path: string | undefined = 'members'): PatchOperation => ({
  op: 'replace',
  path,
  value,
});
const remove = (path: string, value?: JsonValue): PatchOperation => ({ op: 'remove', path, value });
const withoutPath = (op: 'add' | 'replace', value: JsonValue): PatchOperation => ({ op, path: undefined, value });

const members = (...ids: string[]): JsonValue => ids.map((value) => ({ value }));
const delta = (given: Partial<Extract<MembershipStep, { kind: 'delta' }>>): MembershipStep => ({
  kind: 'delta',
  clear: false,
  add: [],
  remove: [],
  ...given,
});

function stepsOf(
  operations: readonly PatchOperation[],
  options?: PatchOptions,
): readonly MembershipStep[] | ScimType | undefined {
  try {
    return planGroupPatch(operations, GROUP, options).steps;
  } catch (error) {
    if (error instanceof ScimError) return error.scimType;
    throw error;
  }
}

type Row = readonly [
  does: string,
  operations: readonly PatchOperation[],
  steps: readonly MembershipStep[] | ScimType,
  options?: PatchOptions,
];

function hold(rows: readonly Row[]): void {
  for (const [does, operations, steps, options] of rows) {
    it(does, () => {
      expect(stepsOf(operations, options)).toEqual(steps);
    });
  }
}

describe('RFC 7644 §3.5.2.1: add to members', () => {
  const options = { without: new Set(['unmatched-filter-creates'] as const) };
  hold([
    ['adds each once', [add(members('a', 'b', 'a'))], [delta({ add: ['a', 'b'] })]],
    ['takes one without an array', [add({ value: 'a' })], [delta({ add: ['a'] })]],
    ['takes members without path', [withoutPath('add', { members: members('a') })], [delta({ add: ['a'] })]],
    ['takes names in any case', [add([{ VALUE: 'a' }], 'MEMBERS')], [delta({ add: ['a'] })]],
    [
      'passes over what follows from the id',
      [add([{ $ref: null, value: 'a', type: 'User', display: 'A' }])],
      [delta({ add: ['a'] })],
    ],
    ['adds nobody by nothing', [add([]), add(null)], []],
    ['refuses a member without id', [add([{ display: 'A' }])], 'invalidValue'],
    ['refuses a member with an empty id', [add([{ value: '' }])], 'invalidValue'],
    ['refuses a member that is no object', [add(['a'])], 'invalidValue'],
    ['creates the member that a filter names', [add({ value: 'a' }, 'members[value eq "a"]')], [delta({ add: ['a'] })]],
    ['refuses another id than the filter has', [add({ value: 'b' }, 'members[value eq "a"]')], 'mutability'],
    [
      'creates nobody by a filter where no rule for Entra holds',
      [add({ value: 'a' }, 'members[value eq "a"]')],
      'noTarget',
      options,
    ],
  ]);
});

describe('RFC 7644 §3.5.2.2: remove from members', () => {
  const options = { without: new Set(['named-members-removed'] as const) };
  hold([
    ['removes all', [remove('members')], [delta({ clear: true })]],
    ['removes by id', [remove('members[value eq "a"]')], [delta({ remove: ['a'] })]],
    ['removes by several ids', [remove('members[value eq "a" or value eq "b"]')], [delta({ remove: ['a', 'b'] })]],
    [
      'leaves other filters to storage',
      [remove('members[type eq "Group"]')],
      [{ kind: 'removeWhere', condition: expect.objectContaining({ kind: 'compare', value: 'group' }) as never }],
    ],
    [
      'leaves filters by id and more to storage',
      [remove('members[value eq "a" or type eq "Group"]')],
      [{ kind: 'removeWhere', condition: expect.objectContaining({ kind: 'or' }) as never }],
    ],
    [
      'leaves filters by two ids at once to storage',
      [remove('members[value eq "a" and value eq "b"]')],
      [{ kind: 'removeWhere', condition: expect.objectContaining({ kind: 'and' }) as never }],
    ],
    [
      'removes the members that the value names, as Entra means it',
      [remove('members', members('a'))],
      [delta({ remove: ['a'] })],
    ],
    ['removes nobody where the value names nobody', [remove('members', [])], []],
    ['removes all where no rule for Entra holds', [remove('members', members('a'))], [delta({ clear: true })], options],
    ['refuses to remove the id of members', [remove('members.value')], 'mutability'],
  ]);
});

describe('RFC 7644 §3.5.2.3: replace members', () => {
  hold([
    ['replaces all', [replace(members('a'))], [delta({ clear: true, add: ['a'] })]],
    ['empties the group', [replace([])], [delta({ clear: true })]],
    ['empties the group by null', [replace(null)], [delta({ clear: true })]],
    [
      'removes a member by replacing it with nothing',
      [replace(null, 'members[value eq "a"]')],
      [delta({ remove: ['a'] })],
    ],
    ['refuses to change the id of a member', [replace('b', 'members[value eq "a"].value')], 'mutability'],
    ['refuses to change the display of a member', [replace('B', 'members[value eq "a"].display')], 'mutability'],
    [
      'refuses to put one member in the place of another',
      [replace({ value: 'b' }, 'members[value eq "a"]')],
      'mutability',
    ],
    ['refuses a filter that compares what cannot be compared', [replace('b', 'members[value gt 5]')], 'invalidFilter'],
  ]);
});

describe('several operations on members', () => {
  hold([
    [
      'become one step',
      [add(members('a')), add(members('b')), remove('members', members('c'))],
      [delta({ add: ['a', 'b'], remove: ['c'] })],
    ],
    ['let the last one count', [remove('members', members('a')), add(members('a'))], [delta({ add: ['a'] })]],
    [
      'let the last one count the other way round',
      [add(members('a')), remove('members', members('a'))],
      [delta({ remove: ['a'] })],
    ],
    [
      'forget what came before all were removed',
      [add(members('a')), remove('members'), add(members('b'))],
      [delta({ clear: true, add: ['b'] })],
    ],
    [
      'need not remove what a replacement does not have',
      [replace(members('a', 'b')), remove('members', members('b', 'c'))],
      [delta({ clear: true, add: ['a'] })],
    ],
    [
      'are split by a filter',
      [add(members('a')), remove('members[type eq "Group"]'), add(members('b'))],
      [delta({ add: ['a'] }), { kind: 'removeWhere', condition: expect.anything() as never }, delta({ add: ['b'] })],
    ],
  ]);
});

it('leaves operations on other attributes to applyPatch', () => {
  const rename = replace('B', 'displayName');
  const both = withoutPath('replace', { displayName: 'B', Members: members('a') });
  expect(planGroupPatch([rename, add(members('a')), both], GROUP)).toEqual({
    attributes: [rename, withoutPath('replace', { displayName: 'B' })],
    steps: [delta({ clear: true, add: ['a'] })],
  });
});

it('says which rules for Entra made a difference', () => {
  const fired: string[] = [];
  planGroupPatch([remove('members', members('a'))], GROUP, { onRule: (rule) => fired.push(rule) });
  expect(fired).toEqual(['named-members-removed']);
});
