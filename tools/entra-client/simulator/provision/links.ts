/** What Entra knows of an object on the server. */
export interface Link {
  readonly id: string;
  /** False once the user left the scope and was disabled: a later deletion in the directory sends nothing. */
  readonly managed: boolean;
}

/** The cached ids. */
export class Links {
  readonly #links = new Map<string, Link>();
  /** Which object was given an id last. */
  readonly #owners = new Map<string, string>();

  get(objectId: string): Link | undefined {
    return this.#links.get(objectId);
  }

  /** The id of an object, unless another object has been matched with it since. */
  ownId(objectId: string): string | undefined {
    const id = this.#links.get(objectId)?.id;
    return id !== undefined && this.owner(id) === objectId ? id : undefined;
  }

  /** The object that an id was given to last. */
  owner(id: string): string | undefined {
    return this.#owners.get(id);
  }

  set(objectId: string, id: string): void {
    this.#links.set(objectId, { id, managed: true });
    this.#owners.set(id, objectId);
  }

  /** The object has left the scope. */
  release(objectId: string): void {
    const link = this.#links.get(objectId);
    if (link !== undefined) this.#links.set(objectId, { ...link, managed: false });
  }

  remove(objectId: string): void {
    const id = this.#links.get(objectId)?.id;
    this.#links.delete(objectId);
    if (id !== undefined && this.#owners.get(id) === objectId) this.#owners.delete(id);
  }

  forgetAll(): void {
    this.#links.clear();
    this.#owners.clear();
  }
}
