import { randomUUID } from 'node:crypto';
import { mapTexts, type Json } from '../json.js';

/** The values that placeholders stand for within one scenario. */
export class Variables {
  readonly #values: Map<string, string>;

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(values));
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  /**
   * Fills in the placeholders of a text. `{{uuid:x}}` is made up when it is met first, and `{{UUID:x}}` is the same in
   * capitals.
   * @throws Error that names a variable which no earlier exchange yielded.
   */
  fillText(template: string, encode: (value: string) => string = (value) => value): string {
    return template.replaceAll(/\{\{([^{}]+)\}\}/g, (_, name: string) => encode(this.#get(name)));
  }

  fill(value: Json): Json {
    return mapTexts(value, (text) => this.fillText(text));
  }

  #get(name: string): string {
    if (name.startsWith('UUID:')) return this.#get(`uuid:${name.slice('UUID:'.length)}`).toUpperCase();
    const value = this.#values.get(name) ?? (name.startsWith('uuid:') ? randomUUID() : undefined);
    if (value === undefined) throw new Error(`needs {{${name}}}, which no earlier exchange yielded`);
    this.#values.set(name, value);
    return value;
  }
}
