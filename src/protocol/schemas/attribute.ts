/** The data types of RFC 7643 §2.3. */
export type AttributeType =
  'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'binary' | 'complex';

/** An attribute with its characteristics (RFC 7643 §2.2 and §7): the one source of validation, projection, filter and /Schemas. */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
  /** The longest value in characters of Unicode, where the attribute is indexed or the server limits it. */
  readonly maxLength?: number;
  /** Whether the values are kept in an index, so that `eq` finds them: for simple attributes that have no column. */
  readonly matching?: boolean;
  /** What an element that lacks the sub-attribute is compared as: `primary` is false then (RFC 7643 §2.4). */
  readonly assumed?: boolean;
}

/** A schema (RFC 7643 §7): its URN and what it defines. */
export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
  /** Whether an administrator registered it for one tenant, see custom-schema.ts. */
  readonly custom?: boolean;
}

/** The type of a resource with its schemas (RFC 7643 §6); a tenant may have more extensions than another. */
export interface ResourceType {
  readonly name: ResourceTypeName;
  readonly endpoint: '/Users' | '/Groups';
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly Schema[];
}

/** The name of a resource type (RFC 7643 §6). */
export type ResourceTypeName = 'User' | 'Group';

/** The longest value of an attribute that stands in an index; PostgreSQL takes no longer keys. */
export const INDEXED_LENGTH = 512;

type Given = Partial<Omit<Attribute, 'name' | 'description'>>;

/** An attribute with the defaults of RFC 7643 §2.2, except for what is given. */
export function attribute(name: string, description: string, given: Given = {}): Attribute {
  return {
    name,
    type: 'string',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...given,
  };
}

/**
 * A multi-valued complex attribute with the default sub-attributes of RFC 7643 §2.4.
 * @param options.noun what one value is, such as `email address`
 * @param options.what what `value` holds, where that is not the noun itself
 */
export function multiValued(
  name: string,
  description: string,
  options: { noun?: string; what?: string; value?: Given; types?: readonly string[]; display?: Given } = {},
): Attribute {
  const { noun = 'value', what = `The ${noun}.` } = options;
  return attribute(name, description, {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value', what, options.value),
      attribute('display', `A name for the ${noun} that people can read.`, options.display),
      attribute('type', typeInWords(noun, options.types), options.types ? { canonicalValues: options.types } : {}),
      primary(`Whether this is the preferred ${noun}; true on one element at most.`),
    ],
  });
}

function typeInWords(noun: string, types: readonly string[] = []): string {
  const examples = types.slice(0, 2).join(' or ');
  return types.length === 0
    ? `The kind of ${noun}.`
    : `What the ${noun} is used for, or its kind, such as ${examples}.`;
}

/** The sub-attribute of a multi-valued attribute that singles out one element (RFC 7643 §2.4). */
export function primary(description: string): Attribute {
  return attribute('primary', description, { type: 'boolean', assumed: false });
}
