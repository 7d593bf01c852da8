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
  /** Whether there is one for which the test is true. */
  some(test: (element: Scope) => Sql): Sql;
}

/** Something that has attributes: a resource, what stands under an extension's URN, a complex value, a membership. */
export interface Scope {
  /** The value of a single-valued simple attribute. */
  value(attribute: Attribute): Scalar;
  /** Whether a single-valued attribute has a value. */
  present(attribute: Attribute): Sql;
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
    return hasValue(this.value(attribute));
  }

  nested(attribute: Attribute): Scope {
    throw new Error(`${attribute.name} has no parts here`);
  }

  elements(attribute: Attribute): Elements {
    throw new Error(`${attribute.name} has no elements here`);
  }
}

/** The condition that an attribute has a value (`pr`, RFC 7644 §3.4.2.2). */
export function hasValue(scalar: Scalar): Sql {
  return scalar.missing === 'never' ? sql`true` : sql`${scalar.sql} is not null`;
}
