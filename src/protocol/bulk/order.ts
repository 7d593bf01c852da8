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
 * The order in which operations are processed (RFC 7644 §3.7, §3.7.1): as they were sent, except for those that refer to a
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

/**
 * The strongly connected components of a directed graph, each after those that its edges lead to (Tarjan 1972). It keeps
 * its own stack, since a chain of references may be longer than the call stack is deep.
 * @param edges for each node, the nodes that its edges lead to
 */
function stronglyConnected(edges: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const search = new ComponentSearch(edges);
  for (const node of edges.keys()) search.from(node);
  return search.components;
}

/** A node on the way from the root of the search, and how many of its edges were followed. */
interface Visit {
  readonly node: number;
  followed: number;
}

class ComponentSearch {
  readonly components: number[][] = [];
  /** When each node was found; undefined before. */
  readonly #found: (number | undefined)[];
  /** The earliest node that each can reach within what is open. */
  readonly #reaches: number[];
  /** Nodes whose component is not complete yet, in the order in which they were found. */
  readonly #open: number[] = [];
  readonly #isOpen: boolean[];
  readonly #way: Visit[] = [];
  #clock = 0;

  constructor(readonly edges: readonly (readonly number[])[]) {
    this.#found = edges.map(() => undefined);
    this.#reaches = edges.map(() => 0);
    this.#isOpen = edges.map(() => false);
  }

  from(root: number): void {
    if (this.#found[root] === undefined) this.#enter(root);
    for (let visit = this.#way.at(-1); visit !== undefined; visit = this.#way.at(-1)) this.#step(visit);
  }

  #enter(node: number): void {
    this.#found[node] = this.#clock;
    this.#reaches[node] = this.#clock;
    this.#clock += 1;
    this.#open.push(node);
    this.#isOpen[node] = true;
    this.#way.push({ node, followed: 0 });
  }

  #step(visit: Visit): void {
    const next = this.edges[visit.node]?.[visit.followed];
    visit.followed += 1;
    if (next === undefined) return this.#leave(visit.node);
    const found = this.#found[next];
    if (found === undefined) this.#enter(next);
    else if (this.#isOpen[next] === true) this.#reach(visit.node, found);
  }

  #leave(node: number): void {
    this.#way.pop();
    const reaches = this.#reaches[node] ?? 0;
    if (reaches === this.#found[node]) this.#complete(node);
    const parent = this.#way.at(-1);
    if (parent !== undefined) this.#reach(parent.node, reaches);
  }

  #reach(node: number, earliest: number): void {
    this.#reaches[node] = Math.min(this.#reaches[node] ?? 0, earliest);
  }

  #complete(node: number): void {
    const component = this.#open.splice(this.#open.lastIndexOf(node));
    for (const member of component) this.#isOpen[member] = false;
    this.components.push(component);
  }
}
