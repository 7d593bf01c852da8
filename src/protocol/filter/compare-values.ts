import type { JsonValue } from '../json.js';
import type { ComparisonOperator, FilterValue } from './tree.js';

/**
 * Compares a value in search form with that of a filter, as RFC 7644 §3.4.2.2 says.
 * An absent value equals nothing and differs from everything.
 */
export function compareValues(value: JsonValue | undefined, operator: ComparisonOperator, other: FilterValue): boolean {
  if (operator === 'ne') return value !== other;
  if (typeof value === 'string' && typeof other === 'string') return compareStrings(value, operator, other);
  if (typeof value === 'number' && typeof other === 'number') return compareNumbers(value, operator, other);
  return operator === 'eq' && value === other;
}

/**
 * The order of two strings by code points, which is that of their UTF-8 bytes and so that of both databases.
 * Negative when the first comes first, 0 when they are equal.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = weight(a.charCodeAt(at)) - weight(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for code points behind all those of one UTF-16 unit, though U+E000 to U+FFFF are greater as units. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareNumbers(value: number, operator: Exclude<ComparisonOperator, 'ne'>, other: number): boolean {
  return isOrder(operator) && BY_ORDER[operator](value - other);
}

function isOrder(operator: ComparisonOperator): operator is keyof typeof BY_ORDER {
  return Object.hasOwn(BY_ORDER, operator);
}

function compareStrings(value: string, operator: Exclude<ComparisonOperator, 'ne'>, other: string): boolean {
  switch (operator) {
    case 'co':
      return value.includes(other);
    case 'sw':
      return value.startsWith(other);
    case 'ew':
      return value.endsWith(other);
    case 'eq':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return BY_ORDER[operator](compareCodePoints(value, other));
  }
}

const BY_ORDER = {
  eq: (order: number) => order === 0,
  gt: (order: number) => order > 0,
  ge: (order: number) => order >= 0,
  lt: (order: number) => order < 0,
  le: (order: number) => order <= 0,
};
