import type { Attribute } from '../schemas/attribute.js';

/** The comparison operators of RFC 7644 §3.4.2.2, in lower case. */
export type ComparisonOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** A value in a filter: as JSON has it, except for objects and arrays (RFC 7644 §3.4.2.2). */
export type FilterValue = string | number | boolean | null;

/**
 * An attribute that a filter or a path names, found in the schemas of the resource type.
 * `extension` is the URN under which it stands in the resource, undefined for core and common attributes.
 */
export interface AttributeReference {
  readonly extension?: string;
  readonly attribute: Attribute;
  readonly subAttribute?: Attribute;
}

/**
 * A filter as a frozen tree, parsed once and then interpreted in memory or as SQL.
 * Inside a value path, `target` has the sub-attribute as its `attribute`, and no `subAttribute`.
 * `unknown` is a comparison with an attribute that no schema of the resource type has: an absent value (RFC 7644 §3.4.2.1).
 */
export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly operand: FilterNode }
  | { readonly kind: 'present'; readonly target: AttributeReference }
  | {
      readonly kind: 'compare';
      readonly target: AttributeReference;
      readonly operator: ComparisonOperator;
      /** In search form (see search-form.ts): folded, dateTimes as fixed-width UTC. */
      readonly value: FilterValue;
    }
  | { readonly kind: 'valuePath'; readonly target: AttributeReference; readonly condition: FilterNode }
  | { readonly kind: 'unknown'; readonly matches: boolean };

/** What a filter may cost its reader; see docs/operating.md for the environment variables. */
export interface FilterLimits {
  /** UTF-16 code units. */
  readonly length: number;
  /** Levels of parentheses, brackets and `not`. */
  readonly depth: number;
  /** Comparisons and `pr` tests. */
  readonly terms: number;
}

/** The limits that hold unless the operator changes them. */
export const DEFAULT_FILTER_LIMITS: FilterLimits = { length: 10_000, depth: 40, terms: 200 };
