/**
 * The strongly connected components of a directed graph, each after those that its edges lead to (Tarjan 1972). It keeps
 * its own stack, since a chain of references may be longer than the call stack is deep.
 * @param edges for each node, the nodes that its edges lead to
 */
export function stronglyConnected(edges: readonly (readonly number[])[]): readonly (readonly number[])[] {
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
