import fc from 'fast-check';
import type { Attribute, ResourceType } from '../../../protocol/schemas/attribute.js';
import { COMMON_ATTRIBUTES } from '../../../protocol/schemas/common.js';
import { isSecret } from '../../../protocol/search-form.js';
import { valueFor } from './filter-to-sql.fixture.js';

/** The text of any filter that the resource type's attributes allow. */
export function filterText(type: ResourceType): fc.Arbitrary<string> {
  const paths = [
    ...named([...COMMON_ATTRIBUTES, ...type.schema.attributes], ['', `${type.schema.id.toUpperCase()}:`]),
    ...type.extensions.flatMap((extension) => named(extension.attributes, [`${extension.id}:`])),
  ];
  const terms = fc.constantFrom(...paths).chain(([path, attribute]) => fc.oneof(...termsOf(path, attribute)));
  return logical(fc.oneof({ weight: 30, arbitrary: terms }, { weight: 1, arbitrary: unknownTerm }));
}

const unknownTerm = fc.constantFrom(
  'nobody pr',
  'nobody ne "a"',
  'nobody eq "a"',
  'urn:x:y:z eq null',
  'nobody[a eq 1]',
);

function named(attributes: readonly Attribute[], qualifiers: readonly string[]): [string, Attribute][] {
  const readable = attributes.filter((attribute) => !isSecret(attribute));
  return readable.flatMap((attribute) =>
    qualifiers.map((urn): [string, Attribute] => [urn + attribute.name, attribute]),
  );
}

/** Terms with an attribute itself, with its sub-attributes, and with its elements. */
function termsOf(path: string, attribute: Attribute): fc.Arbitrary<string>[] {
  const { type, subAttributes = [] } = attribute;
  const presence = fc.constantFrom(`${path} pr`, `${path} eq null`, `${path} NE Null`);
  if (type !== 'complex')
    return [
      presence,
      comparison(path, attribute),
      ...(attribute.multiValued ? [simpleValuePath(path, attribute)] : []),
    ];
  const value = subAttributes.find(({ name }) => name === 'value');
  return [
    presence,
    ...(value ? [comparison(path, value)] : []),
    ...subAttributes.flatMap((sub) =>
      termsOf(`${path}.${sub.name}`, { ...sub, subAttributes: [], multiValued: false }),
    ),
    valuePath(path, subAttributes),
  ];
}

function comparison(path: string, attribute: Attribute): fc.Arbitrary<string> {
  const value = valueFor(attribute).map((given) => JSON.stringify(given));
  return fc
    .tuple(fc.constantFrom(...operatorsOf(attribute)), value)
    .map(([operator, given]) => `${path} ${operator} ${given}`);
}

function operatorsOf({ type }: Attribute): readonly string[] {
  const equality = ['eq', 'Eq', 'ne'];
  const order = ['gt', 'ge', 'lt', 'le'];
  const parts = ['co', 'sw', 'EW'];
  switch (type) {
    case 'boolean':
      return equality;
    case 'binary':
      return [...equality, ...parts];
    case 'string':
    case 'reference':
      return [...equality, ...order, ...parts];
    case 'integer':
    case 'decimal':
    case 'dateTime':
    case 'complex':
      return [...equality, ...order];
  }
}

function simpleValuePath(path: string, attribute: Attribute): fc.Arbitrary<string> {
  return logical(comparison('value', attribute)).map((condition) => `${path}[${condition}]`);
}

function valuePath(path: string, subAttributes: readonly Attribute[]): fc.Arbitrary<string> {
  const suffix = fc.oneof(
    fc.constant(''),
    partText(subAttributes).map((text) => `.${text}`),
  );
  return fc.tuple(conditionText(subAttributes), suffix).map(([condition, rest]) => `${path}[${condition}]${rest}`);
}

/** The text of any condition on the elements of an attribute. */
export function conditionText(subAttributes: readonly Attribute[]): fc.Arbitrary<string> {
  return logical(partText(subAttributes));
}

function partText(subAttributes: readonly Attribute[]): fc.Arbitrary<string> {
  return fc
    .constantFrom(...subAttributes)
    .chain((sub) => fc.oneof(fc.constantFrom(`${sub.name} pr`, `${sub.name} eq null`), comparison(sub.name, sub)));
}

/** Terms joined and turned round, some of them in parentheses. */
function logical(term: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      term,
      tie('filter').map((inner) => `not (${inner})`),
      tie('filter').map((inner) => `(${inner})`),
      fc.tuple(tie('filter'), tie('filter')).map(([left, right]) => `${left} and ${right}`),
      fc.tuple(tie('filter'), tie('filter')).map(([left, right]) => `${left} OR ${right}`),
    ),
  })).filter;
}
