import { atPointer, isObject, type Json, type JsonObject } from '../../tools/entra-client/json.js';

/** A value in an OpenAPI document, with references followed. */
export class Place {
  private constructor(
    readonly document: JsonObject,
    readonly value: Json | undefined,
    /** The name of the place: `GET /Users 200`, or for a component its pointer, `#/components/schemas/Meta`. */
    readonly at: string,
  ) {}

  /** The document as a whole. */
  static root(document: JsonObject): Place {
    return new Place(document, document, '#');
  }

  /** The place of a member; its value is undefined where there is none. */
  member(name: string, at = `${this.at}/${name}`): Place {
    const value = isObject(this.value) && Object.hasOwn(this.value, name) ? this.value[name] : undefined;
    return this.inner(value, at);
  }

  members(name: (member: string) => string = (member) => `${this.at}/${member}`): readonly [string, Place][] {
    if (!isObject(this.value)) return [];
    return Object.entries(this.value).map(([member, value]) => [member, this.inner(value, name(member))]);
  }

  /** The text that a member is; empty where there is none. */
  text(name: string): string {
    const { value } = this.member(name);
    return typeof value === 'string' ? value : '';
  }

  /** The place of a value that is found within this one. */
  inner(value: Json | undefined, at: string): Place {
    const reference = atPointer(value, '/$ref');
    if (typeof reference !== 'string') return new Place(this.document, value, at);
    return this.inner(atPointer(this.document, reference.slice(1)), reference);
  }
}
