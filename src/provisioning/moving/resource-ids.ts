import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';

const BYTES = 17;

/** The ids of a tenant's resources with their types, in 17 bytes each, to be looked up. They are added in their order. */
export class ResourceIds {
  #bytes = Buffer.alloc(1_024 * BYTES);
  #count = 0;

  /** @returns false for an id that does not come behind the one before */
  add(id: string, type: ResourceTypeName): boolean {
    const key = keyOf(id);
    if (this.#count > 0 && this.#compare(this.#count - 1, key) >= 0) return false;
    if ((this.#count + 1) * BYTES > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    }
    key.copy(this.#bytes, this.#count * BYTES);
    this.#bytes[this.#count * BYTES + 16] = type === 'User' ? 0 : 1;
    this.#count += 1;
    return true;
  }

  /** @returns undefined where there is no such resource */
  typeOf(id: string): ResourceTypeName | undefined {
    const key = keyOf(id);
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, key);
      if (order === 0) return this.#bytes[middle * BYTES + 16] === 0 ? 'User' : 'Group';
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  #compare(place: number, key: Buffer): number {
    return this.#bytes.compare(key, 0, 16, place * BYTES, place * BYTES + 16);
  }
}

const keyOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
