import type { Attribute } from '../../../protocol/schemas/attribute.js';
import { sql, type Sql } from './fragment.js';

/** A single simple value as SQL. */
export interface Scalar {
  readonly sql: Sql;
  /**
   * How a missing value is kept from making a condition neither true nor false: a `column` is asked whether it has one,
   * so that an index still finds the rest; an `expression` is processed once; some are `never` missing.
   */
  readonly missing: 'column' | 'expression' | 'never';
}

/** The values of a multi-valued attribute. */
export interface Elements {
  /** Whether there is any. */
  any(): Sql;
  /** Whether there is any with more than empty strings. */
  present(): Sql;
  /** Whether there is one for which the test is true. */
  some(test: (element: Scope) => Sql): Sql;
}

/** Something that has attributes: a resource, what stands under an extension's URN, a complex value, a membership. */
export interface Scope {
  /** The value of a single-valued simple attribute. */
  value(attribute: Attribute): Scalar;
  /** Whether a single-valued attribute has a value with more than empty strings. */
  present(attribute: Attribute): Sql;
  /** Whether a single-valued complex attribute has a value, if only of empty strings. */
  has(attribute: Attribute): Sql;
  /** The value of a single-valued complex attribute. */
  nested(attribute: Attribute): Scope;
  elements(attribute: Attribute): Elements;
  /** What stands under the URN of an extension; resources only. */
  extension?(urn: string): Scope;
}

/** A scope whose attributes are all simple and single-valued, such as a row of another table. */
export abstract class FlatScope implements Scope {
  abstract value(attribute: Attribute): Scalar;

  present(attribute: Attribute): Sql {
    return hasContent(this.value(attribute), attribute);
  }

  has(attribute: Attribute): Sql {
    throw new Error(`${attribute.name} has no parts here`);
  }

  nested(attribute: Attribute): Scope {
    throw new Error(`${attribute.name} has no parts here`);
  }

  elements(attribute: Attribute): Elements {
    throw new Error(`${attribute.name} has no elements here`);
  }
}

/** The condition that an attribute has a value that is not empty (`pr`, RFC 7644 §3.4.2.2). */
export function hasContent({ sql: value, missing }: Scalar, { type }: Attribute): Sql {
  if (missing === 'never') return sql`true`;
  const mayBeEmpty = type === 'string' || type === 'reference' || type === 'binary';
  return mayBeEmpty ? sql`coalesce(${value} <> '', false)` : sql`${value} is not null`;
}
