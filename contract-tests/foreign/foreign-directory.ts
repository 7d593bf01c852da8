import { randomUUID } from 'node:crypto';
import SCIMMY from 'scimmy';

export type ForeignType = 'User' | 'Group';

/** What scimmy hands over of a request. */
export interface Asked {
  readonly id?: string;
  readonly filter?: { match(values: readonly object[]): readonly object[] };
}

interface Stored {
  readonly type: ForeignType;
  /** What no other resource of the type may have, in whatever case. */
  readonly name: string;
  readonly created: Date;
  /** With id and meta. */
  readonly resource: object;
}

const NAMES = { User: 'userName', Group: 'displayName' } as const;

/** What the foreign server stores, in memory. */
export class ForeignDirectory {
  readonly #stored = new Map<string, Stored>();

  /** The resource with the id that is asked for, or all those that the filter finds. */
  read(type: ForeignType, { id, filter }: Asked): object {
    if (id !== undefined) return this.#find(type, id).resource;
    const all = [...this.#stored.values()].filter((stored) => stored.type === type).map(({ resource }) => resource);
    return filter === undefined ? all : filter.match(all);
  }

  /** Creates the resource, or replaces the one with the id that is asked for. */
  write(type: ForeignType, asked: Asked, instance: object): object {
    const now = new Date();
    const created = asked.id === undefined ? now : this.#find(type, asked.id).created;
    const id = asked.id ?? randomUUID();
    const name = String(Reflect.get(instance, NAMES[type])).toLowerCase();
    if ([...this.#stored].some(([other, stored]) => other !== id && stored.type === type && stored.name === name)) {
      throw new SCIMMY.Types.Error(409, 'uniqueness', `There is a ${type} of that name.`);
    }
    const resource = { ...instance, id, meta: { resourceType: type, created, lastModified: now } };
    this.#stored.set(id, { type, name, created, resource });
    return resource;
  }

  remove(type: ForeignType, { id = '' }: Asked): void {
    this.#find(type, id);
    this.#stored.delete(id);
  }

  #find(type: ForeignType, id: string): Stored {
    const stored = this.#stored.get(id);
    if (stored?.type !== type) throw new SCIMMY.Types.Error(404, '', `There is no ${type} ${id}.`);
    return stored;
  }
}
