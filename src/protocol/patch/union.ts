import { isJsonObject, type JsonValue } from '../json.js';
import type { WorkBudget } from './work-budget.js';

/**
 * The values with others added to them, each kept once: values with the same `value` and `type` are one (RFC 7643 §2.4),
 * and those without `value` when they are equal. The added one's sub-attributes count where both have them.
 */
export function union(
  elements: readonly JsonValue[],
  added: readonly JsonValue[],
  budget: WorkBudget,
): readonly JsonValue[] {
  budget.spend(2 * (elements.length + added.length));
  const all = new Map<string, JsonValue>(elements.map((element) => [budget.keyOf(element), element]));
  for (const element of added) {
    const key = budget.keyOf(element);
    const known = all.get(key);
    all.set(key, known === undefined ? element : join(known, element));
  }
  return [...all.values()];
}

function join(known: JsonValue, element: JsonValue): JsonValue {
  return isJsonObject(known) && isJsonObject(element) ? { ...known, ...element } : element;
}
