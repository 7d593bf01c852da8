import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.js';
import { INDEXED_LENGTH } from '../schemas/attribute.js';
import { changedSchema } from './change.js';
import { complex, schema } from './definition.fixture.js';
import { parseCustomSchema } from './definition.js';

describe('a schema that is registered again', () => {
  const before = parseCustomSchema(
    schema({ name: 'a', uniqueness: 'server' }, complex({ name: 'floor', type: 'integer' }), {
      name: 'b',
      multiValued: true,
    }),
  );
  const again = (...attributes: JsonValue[]) => changedSchema(before, parseCustomSchema(schema(...attributes)));
  const [a, desk, b] = [
    { name: 'a', uniqueness: 'server' },
    complex({ name: 'floor', type: 'integer' }),
    { name: 'b', multiValued: true },
  ];

  it('may have more attributes and sub-attributes, and other characteristics', () => {
    const wider = again(
      { ...a, required: true, description: 'D', mutability: 'immutable', returned: 'always', canonicalValues: ['x'] },
      complex({ name: 'floor', type: 'integer' }, { name: 'side' }),
      b,
      { name: 'c' },
    );
    expect(wider.attributes.map(({ name }) => name)).toEqual(['a', 'desk', 'b', 'c']);
    expect(wider.attributes[0]).toMatchObject({ required: true, mutability: 'immutable', returned: 'always' });
    expect(wider.attributes[1]?.subAttributes).toHaveLength(2);
  });

  it('stays matching, though no longer unique', () => {
    expect(again({ name: 'a' }, desk, b).attributes[0]).toMatchObject({
      uniqueness: 'none',
      matching: true,
      maxLength: INDEXED_LENGTH,
    });
  });

  it.each([
    ['another type', [{ ...a, type: 'reference' }, desk, b], '"type" of the attribute "a"'],
    ['one value for several', [a, desk, { name: 'b' }], '"multiValued"'],
    ['case that counts', [{ ...a, caseExact: true }, desk, b], '"caseExact"'],
    ['a name in another case', [{ ...a, name: 'A' }, desk, b], '"name"'],
    ['an attribute less', [a, desk], '"b"'],
    ['a sub-attribute less', [a, complex({ name: 'side' }), b], '"floor"'],
    ['another type of a sub-attribute', [a, complex({ name: 'floor' }), b], '"floor"'],
  ])('cannot have %s', (_, attributes, detail) => {
    expect(() => again(...attributes)).toThrow(
      expect.objectContaining({ status: 409, message: expect.stringContaining(detail) as string }),
    );
  });

  it('extends what it extended', () => {
    const groups = parseCustomSchema({ ...schema(a, desk, b), resourceType: 'Group' });
    expect(() => changedSchema(before, groups)).toThrow(expect.objectContaining({ status: 409 }));
  });
});
