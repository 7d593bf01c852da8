import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json.js';
import { INDEXED_LENGTH } from '../schemas/attribute.js';
import { USER } from '../schemas/resource-types.js';
import { URN, complex, schema } from './definition.fixture.js';
import { customSchemaJson, MOST_ATTRIBUTES, parseCustomSchema, returnsAll } from './definition.js';
import { checkApart } from './urn.js';

const many = (count: number): JsonObject[] => Array.from({ length: count }, (_, index) => ({ name: `a${index}` }));

describe('RFC 7643 §7: the definition of a schema', () => {
  it('has the defaults of §2.2', () => {
    expect(parseCustomSchema(schema({ name: 'badge' }))).toEqual({
      id: URN,
      name: URN,
      description: '',
      custom: true,
      resourceType: 'User',
      attributes: [
        {
          name: 'badge',
          type: 'string',
          multiValued: false,
          description: '',
          required: false,
          caseExact: false,
          mutability: 'readWrite',
          returned: 'default',
          uniqueness: 'none',
        },
      ],
    });
  });

  const taken: readonly (readonly [string, JsonObject])[] = [
    ...['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary'].map(
      (type): [string, JsonObject] => [`the type ${type}`, schema({ name: 'a', type })],
    ),
    ['the type complex', schema(complex({ name: 'floor', type: 'integer' }, { name: '$ref', type: 'reference' }))],
    [
      'each mutability',
      schema(
        ...['readWrite', 'readOnly', 'immutable', 'writeOnly'].map((mutability, n) => ({ name: `a${n}`, mutability })),
      ),
    ],
    [
      'each returned',
      schema(...['always', 'never', 'default', 'request'].map((returned, n) => ({ name: `a${n}`, returned }))),
    ],
    ['names with the characters of §2.1', schema({ name: 'a$-_9Z' })],
    ['canonical values', schema({ name: 'a', canonicalValues: ['x', 'y'] })],
    ['reference types', schema({ name: 'a', type: 'reference', referenceTypes: ['User', 'external'] })],
    [
      'sub-attributes that are multi-valued and matching',
      schema(complex({ name: 'a', multiValued: true, matching: true })),
    ],
    [
      'what /Schemas answers',
      { ...schema({ name: 'a' }), schemas: ['x'], meta: { resourceType: 'Schema' }, name: 'N', description: 'D' },
    ],
    ['200 attributes', schema(...many(MOST_ATTRIBUTES))],
  ];
  it.each(taken)('takes %s, and reads what it writes', (_, definition) => {
    const parsed = parseCustomSchema(definition);
    expect(parseCustomSchema(customSchemaJson(parsed))).toEqual(parsed);
  });

  const refused: readonly (readonly [string, JsonValue, 'invalidValue' | 'invalidSyntax', string])[] = [
    ['no object', 'x', 'invalidSyntax', 'the schema'],
    ['no attributes', { id: URN }, 'invalidValue', '"attributes"'],
    ['an empty list of attributes', schema(), 'invalidValue', '"attributes"'],
    ['attributes that are no array', { id: URN, attributes: {} }, 'invalidValue', '"attributes"'],
    ['201 attributes', schema(...many(MOST_ATTRIBUTES + 1)), 'invalidValue', '200'],
    ['201 attributes with sub-attributes', schema(complex(...many(MOST_ATTRIBUTES))), 'invalidValue', '200'],
    ['a field that does not exist', { ...schema({ name: 'a' }), color: 1 }, 'invalidSyntax', '"color"'],
    ['a field of an attribute that does not exist', schema({ name: 'a', color: 1 }), 'invalidSyntax', '"color"'],
    ['an attribute that is no object', schema('a'), 'invalidSyntax', 'attribute 1'],
    ['an attribute without a name', schema({ type: 'string' }), 'invalidValue', '"name"'],
    ...['', '1a', 'a b', 'a.b', 'a:b', 'é', '_a', '$ref', '__proto__', 'a'.repeat(65)].map(
      (name): [string, JsonValue, 'invalidValue', string] => [
        `the name "${name}"`,
        schema({ name }),
        'invalidValue',
        '"name"',
      ],
    ),
    ['one name twice, in another case', schema({ name: 'a' }, { name: 'A' }), 'invalidValue', '"A"'],
    ['one sub-attribute twice', schema(complex({ name: 'a' }, { name: 'a' })), 'invalidValue', '"a"'],
    [
      'a type that does not exist',
      schema({ name: 'a', type: 'number' }),
      'invalidValue',
      '"type" of the attribute "a"',
    ],
    ['complex in complex', schema(complex(complex({ name: 'a' }))), 'invalidValue', '"type"'],
    ['complex without sub-attributes', schema({ name: 'a', type: 'complex' }), 'invalidValue', '"subAttributes"'],
    [
      'sub-attributes of a string',
      schema({ name: 'a', subAttributes: [{ name: 'b' }] }),
      'invalidValue',
      'complex only',
    ],
    ['a flag that is no boolean', schema({ name: 'a', required: 'yes' }), 'invalidValue', '"required"'],
    ['a mutability that does not exist', schema({ name: 'a', mutability: 'x' }), 'invalidValue', '"mutability"'],
    ['a returned that does not exist', schema({ name: 'a', returned: 'x' }), 'invalidValue', '"returned"'],
    ['unique globally', schema({ name: 'a', uniqueness: 'global' }), 'invalidValue', 'server'],
    ['a unique boolean', schema({ name: 'a', type: 'boolean', uniqueness: 'server' }), 'invalidValue', 'unique'],
    ['a matching complex attribute', schema({ ...complex({ name: 'b' }), matching: true }), 'invalidValue', 'matching'],
    [
      'matching and never returned',
      schema({ name: 'a', matching: true, returned: 'never' }),
      'invalidValue',
      'returned',
    ],
    [
      'matching and writeOnly',
      schema({ name: 'a', matching: true, mutability: 'writeOnly' }),
      'invalidValue',
      'returned',
    ],
    [
      'canonical values of integers',
      schema({ name: 'a', type: 'integer', canonicalValues: ['1'] }),
      'invalidValue',
      'canonicalValues',
    ],
    [
      'canonical values that are no texts',
      schema({ name: 'a', canonicalValues: [1] }),
      'invalidValue',
      'canonicalValues',
    ],
    ['reference types of a string', schema({ name: 'a', referenceTypes: ['User'] }), 'invalidValue', 'referenceTypes'],
    [
      'a description with control characters',
      schema({ name: 'a', description: 'a\u001b[31m' }),
      'invalidValue',
      '"description"',
    ],
    ['an unknown resource type', { ...schema({ name: 'a' }), resourceType: 'Device' }, 'invalidValue', 'resourceType'],
  ];
  it.each(refused)('refuses %s', (_, definition, scimType, detail) => {
    expect(() => parseCustomSchema(definition)).toThrow(
      expect.objectContaining({ status: 400, scimType, message: expect.stringContaining(detail) as string }),
    );
  });

  it.each([
    ['urn:example:Thing', undefined, 'User'],
    ['urn:example:2.0:group', undefined, 'Group'],
    ['urn:example:2.0:Group', 'User', 'User'],
    ['urn:example:2.0:User', 'Group', 'Group'],
  ])('%s with the resource type %s extends %s', (id, resourceType, expected) => {
    const definition = { id, attributes: [{ name: 'a' }], ...(resourceType === undefined ? {} : { resourceType }) };
    expect(parseCustomSchema(definition).resourceType).toBe(expected);
  });

  it('makes references and binary values case-exact (§2.3.6, §2.3.7)', () => {
    const { attributes } = parseCustomSchema(
      schema({ name: 'a', type: 'reference' }, { name: 'b', type: 'binary', caseExact: false }),
    );
    expect(attributes.map(({ caseExact }) => caseExact)).toEqual([true, true]);
  });

  it.each([
    ['a multi-valued attribute', { multiValued: true }, false],
    ['a single-valued attribute', {}, undefined],
  ])('takes an element without primary for one that is not, in %s (§2.4)', (_, characteristics, assumed) => {
    const desk = { ...complex({ name: 'primary', type: 'boolean' }), ...characteristics };
    const [parsed] = parseCustomSchema(schema(desk)).attributes;
    expect(parsed?.subAttributes?.[0]?.assumed).toBe(assumed);
  });

  it('makes what is unique matching, and bounds what is indexed', () => {
    const { attributes } = parseCustomSchema(
      schema({ name: 'a', uniqueness: 'server' }, { name: 'b', type: 'integer', matching: true }),
    );
    expect(attributes).toMatchObject([{ matching: true, maxLength: INDEXED_LENGTH }, { matching: true }]);
    expect(attributes[1]).not.toHaveProperty('maxLength');
  });
});

describe('the URN of a schema', () => {
  it.each(['urn:example:User', 'URN:Example:a.b_c~d-e:2.0:User', URN, 'urn:ietf:params:scim:schemas:extension:x'])(
    '%s can be registered',
    (id) => {
      expect(parseCustomSchema({ id, attributes: [{ name: 'a' }] }).id).toBe(id);
      expect(parseCustomSchema({ attributes: [{ name: 'a' }] }, id).id).toBe(id);
    },
  );

  it.each([
    '',
    'example',
    'urn:example',
    'urn:x:User',
    'urn:-x-:User',
    'urn:example:',
    'urn:example::User',
    'urn:example:a b',
    'urn:example:"',
    'urn:example:a,b',
    'urn:example:é',
    'urn:example:a\u0000',
    'https://example.com/User',
    `urn:example:${'a'.repeat(200)}`,
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'urn:ietf:params:scim:schemas:core:2.0:Device',
    'urn:ietf:params:scim:api:messages:2.0:PatchOp',
    'URN:IETF:params:scim:schemas:Extension:enterprise:2.0:user',
    'urn:ietf:params:scim:schemas:extension:',
  ])('%j cannot', (id) => {
    expect(() => parseCustomSchema({ id, attributes: [{ name: 'a' }] })).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidValue' }),
    );
  });

  it('is the same in the address and in the body, whatever its case', () => {
    expect(parseCustomSchema(schema({ name: 'a' }), URN.toUpperCase()).id).toBe(URN);
    expect(() => parseCustomSchema(schema({ name: 'a' }), 'urn:example:User')).toThrow('Make them the same');
  });

  it.each([
    ['urn:example:a:b', ['urn:example:a']],
    ['urn:example:a', ['urn:EXAMPLE:A:b']],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:extra', []],
  ])('%s is not told apart from the attributes of %j', (urn, others) => {
    expect(() => {
      checkApart(urn, others);
    }).toThrow('cannot be told apart');
  });

  it('may begin like another one', () => {
    expect(() => {
      checkApart('urn:example:ab', ['urn:example:a', 'urn:example:abc']);
    }).not.toThrow();
  });
});

it.each([
  ['default', true],
  ['always', true],
  ['never', false],
  ['request', false],
])('an attribute that is returned %s: is everything returned? %s', (returned, expected) => {
  const whole = parseCustomSchema(schema({ name: 'a', returned }));
  const part = parseCustomSchema(schema(complex({ name: 'a', returned })));
  for (const own of [whole, part]) {
    expect(returnsAll({ ...USER, extensions: [...USER.extensions, own] })).toBe(expected);
  }
});
