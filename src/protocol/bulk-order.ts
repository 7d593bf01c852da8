import { stronglyConnected } from './bulk-cycles.js';

/** What the order of operations depends on. */
export interface Ordered {
  /** The bulkId of the resource that the operation creates, if it creates one that others may refer to. */
  readonly creates: string | undefined;
  /** The bulkIds that it refers to. */
  readonly needs: ReadonlySet<string>;
  /** The resource that it changes, if any. */
  readonly target: string | undefined;
}

/**
 * The order in which operations are worked out (RFC 7644 §3.7, §3.7.1): as they were sent, but for those that refer to a
 * resource created further on, which wait for it, and for operations on the same resource, which keep their order.
 * Operations that refer to each other in a circle come together. Linear in the number of operations and references.
 * @returns positions in the request, those of a circle in one array
 */
export function bulkOrder(operations: readonly Ordered[]): readonly (readonly number[])[] {
  const before = predecessors(operations);
  const turns: number[] = [];
  const placed = stronglyConnected(before).map((circle) => {
    const waitsFor = circle.flatMap((index) => before[index] ?? []).map((index) => turns[index] ?? 0);
    const turn = circle.concat(waitsFor).reduce((latest, index) => Math.max(latest, index), 0);
    for (const index of circle) turns[index] = turn;
    return { turn, circle: [...circle].sort((one, other) => one - other) };
  });
  // The sort is stable: what waits for the same operation stays behind it.
  return placed.sort((one, other) => one.turn - other.turn).map(({ circle }) => circle);
}

/** For each operation, those that must be done before it or together with it. */
function predecessors(operations: readonly Ordered[]): readonly (readonly number[])[] {
  const creators = new Map<string, number>();
  for (const [index, { creates }] of operations.entries()) if (creates !== undefined) creators.set(creates, index);
  const lastOn = new Map<string, number>();
  return operations.map(({ needs, target }, index) => {
    const creating = [...needs].flatMap((bulkId) => creators.get(bulkId) ?? []);
    if (target === undefined) return creating;
    const previous = lastOn.get(target);
    lastOn.set(target, index);
    return previous === undefined ? creating : [...creating, previous];
  });
}
