/** The resources that a history has made so far, by the paths of the collections that they are in. */
export class KnownIds {
  readonly #ids = new Map<string, string[]>();

  /** @param collection the path of the collection, such as `/tenants/7/tokens` */
  learn(collection: string, id: string): void {
    const ids = this.#ids.get(collection) ?? [];
    if (!ids.includes(id)) this.#ids.set(collection, [...ids, id]);
  }

  /** Forgets a resource and what is in it. */
  forget(path: string): void {
    const [collection, id] = split(path);
    this.#ids.set(
      collection,
      this.in(collection).filter((known) => known !== id),
    );
    for (const inner of this.#ids.keys()) if (inner.startsWith(`${path}/`)) this.#ids.delete(inner);
  }

  in(collection: string): readonly string[] {
    return this.#ids.get(collection) ?? [];
  }

  /** The path of what a request has made or changed: below the path of a POST, otherwise the path itself. */
  newest({ method, path }: { readonly method: string; readonly path: string }): string | undefined {
    const id = this.in(path).at(-1);
    if (method !== 'POST') return path;
    return id === undefined ? undefined : `${path}/${id}`;
  }

  has(path: string): boolean {
    const [collection, id] = split(path);
    return this.in(collection).includes(id);
  }

  /** The paths of all, the inner ones last. */
  paths(): readonly string[] {
    return [...this.#ids].flatMap(([collection, ids]) => ids.map((id) => `${collection}/${id}`));
  }

  /** The ids in the collections that are in no other resource. */
  outermost(): readonly string[] {
    return [...this.#ids].filter(([collection]) => collection.lastIndexOf('/') === 0).flatMap(([, ids]) => ids);
  }
}

/** The path of the collection that a resource is in, and its id. */
function split(path: string): readonly [collection: string, id: string] {
  const end = path.lastIndexOf('/');
  return [path.slice(0, end), path.slice(end + 1)];
}
