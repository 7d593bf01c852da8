import type { Storage } from '../../../storage/storage.js';

/** The process of the storage is dead: nothing it does has an effect any more. */
export class Dead extends Error {
  constructor() {
    super('The process was killed.');
    this.name = 'Dead';
  }
}

/** When a process dies: at so many writes from now, before or after the database has committed that one. */
export interface Death {
  readonly writes: number;
  readonly committed: boolean;
}

/** The storage of a process that can be killed at any write, as often as it is told. */
export class MortalStorage {
  #death: Death | undefined;
  #isDead = false;
  /** The same storage, for the process. */
  readonly storage: Storage;

  constructor(storage: Storage, sync: Storage['sync']) {
    this.storage = new Proxy(storage, {
      get: (target, name) => {
        if (name === 'writeSync') return this.#writing(storage);
        if (name === 'sync') return sync;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Lets the process die later; undefined lets it live. */
  dieAt(death: Death | undefined): void {
    this.#death = death;
  }

  #writing(storage: Storage): Storage['writeSync'] {
    return async (tenantId, work) => {
      if (this.#isDead) throw new Dead();
      const dies = this.#death !== undefined && this.#death.writes <= 0;
      if (this.#death !== undefined) this.#death = { ...this.#death, writes: this.#death.writes - 1 };
      if (dies) this.#isDead = true;
      if (dies && this.#death?.committed === false) throw new Dead();
      const written = await storage.writeSync(tenantId, work);
      if (dies) throw new Dead();
      return written;
    };
  }
}
