import { findAttribute, findSchema, findSubAttribute } from '../attribute-lookup.js';
import { canonicalText } from '../equality.js';
import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../json.js';
import { isMembership } from '../membership.js';
import { isNothing } from '../patch/change.js';
import { atPlace, type SentPlace } from '../patch/place.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';
import { invalidPath } from '../scim-error.js';
import { readPath } from './paths.js';

/** Why part of a request is not stored, as the log says it. */
export type PassedOver =
  'unknown-attribute-tolerated' | 'read-only-keys-skipped' | 'password-not-stored' | 'same-value-is-one';

/**
 * Finds the parts of a message in standard form that are not stored as they were sent, so that nothing is discarded silently. What
 * no schema
 * knows counts in any case, though it may be kept under its URN.
 * @param unknown what to do with attributes that no schema knows
 * @param onUnknown told of each of them
 * @param sent where each operation of a PATCH stands in what the client sent, for the error
 * @throws ScimError 400 `invalidPath` that names an attribute that no schema has, where these are refused
 */
export function passedOver(
  message: JsonObject,
  type: ResourceType,
  unknown: 'ignore' | 'refuse' = 'ignore',
  onUnknown?: (name: string) => void,
  sent: readonly SentPlace[] = [],
): ReadonlySet<PassedOver> {
  const walk = new Walk(type, unknown, onUnknown);
  const operations = member(message, 'Operations');
  if (!isJsonArray(operations)) walk.resource(message);
  else
    operations.forEach((operation, index) => {
      if (!isJsonObject(operation)) return;
      atPlace(sent[index], () => {
        walk.operation(operation);
      });
    });
  return walk.found;
}

/** An element, and its text where it was needed: among thousands of members, most stand alone. */
interface Known {
  readonly element: JsonObject;
  text: string | undefined;
}

class Walk {
  readonly found = new Set<PassedOver>();
  readonly #type: ResourceType;
  readonly #unknown: 'ignore' | 'refuse';

  readonly #onUnknown: ((name: string) => void) | undefined;

  constructor(type: ResourceType, unknown: 'ignore' | 'refuse', onUnknown?: (name: string) => void) {
    this.#onUnknown = onUnknown;
    this.#type = type;
    this.#unknown = unknown;
  }

  operation(operation: JsonObject): void {
    const path = member(operation, 'path');
    const value = member(operation, 'value') ?? null;
    if (member(operation, 'op') === 'remove') return;
    if (typeof path === 'string') this.#at(path, value);
    else if (isJsonObject(value)) this.resource(value);
  }

  #at(path: string, value: JsonValue): void {
    const target = readPath(path, this.#type);
    if (target?.kind === 'extension' && isJsonObject(value)) this.#extension(value, target.urn);
    if (target?.kind !== 'attribute') return;
    const { attribute, subAttribute } = target.target;
    if (attribute.name === 'schemas') this.#note('read-only-keys-skipped', value);
    this.#value(value, subAttribute ?? attribute, path);
  }

  resource(resource: JsonObject): void {
    for (const [name, value] of Object.entries(resource)) {
      const attribute = findAttribute(this.#type, name)?.attribute;
      if (name === 'schemas') continue;
      if (attribute !== undefined) this.#attribute(value, attribute, name);
      else if (findSchema(this.#type, name) !== undefined && isJsonObject(value)) this.#extension(value, name);
      else this.#isUnknown(value, name);
    }
  }

  #extension(extension: JsonObject, urn: string): void {
    for (const [name, value] of Object.entries(extension)) {
      const attribute = findAttribute(this.#type, name, urn)?.attribute;
      if (attribute === undefined) this.#isUnknown(value, `${urn}:${name}`);
      else this.#attribute(value, attribute, `${urn}:${name}`);
    }
  }

  #attribute(value: JsonValue, attribute: Attribute, where: string): void {
    if (attribute.mutability === 'readOnly') this.#note('read-only-keys-skipped', value);
    else this.#value(value, attribute, where);
  }

  #value(value: JsonValue, attribute: Attribute, where: string): void {
    if (attribute.mutability === 'writeOnly') this.#note('password-not-stored', value);
    if (attribute.type !== 'complex') return;
    if (isJsonArray(value) && value.length > 1) this.#distinct(value);
    for (const element of isJsonArray(value) ? value : [value]) {
      if (isJsonObject(element)) this.#parts(element, attribute, where);
    }
  }

  #parts(element: JsonObject, attribute: Attribute, where: string): void {
    for (const [name, value] of Object.entries(element)) {
      const part = findSubAttribute(attribute, name);
      // What a member says besides its id follows from its id.
      const derived = part?.mutability === 'readOnly' || (isMembership(attribute, this.#type) && name !== 'value');
      if (part === undefined) this.#isUnknown(value, `${where}.${name}`);
      else if (derived) this.#note('read-only-keys-skipped', value);
    }
  }

  /** The same value with the same type is stored once; what its copies say differently is not. */
  #distinct(elements: readonly JsonValue[]): void {
    const known = new Map<string, Known>();
    for (const element of elements) {
      const value = isJsonObject(element) ? member(element, 'value') : undefined;
      if (!isJsonObject(element) || value === undefined) continue;
      const type = member(element, 'type');
      const key = canonicalText(value) + (type === undefined ? '' : canonicalText(type));
      const same = known.get(key);
      if (same === undefined) known.set(key, { element, text: undefined });
      else if ((same.text ??= canonicalText(same.element)) !== canonicalText(element)) {
        this.found.add('same-value-is-one');
        return;
      }
    }
  }

  #isUnknown(value: JsonValue, where: string): void {
    if (isNothing(value)) return;
    this.#onUnknown?.(where);
    if (this.#unknown === 'ignore') this.found.add('unknown-attribute-tolerated');
    else throw invalidPath(`No schema has the attribute "${where.slice(0, 200)}"; leave it out.`);
  }

  #note(why: PassedOver, value: JsonValue): void {
    if (!isNothing(value)) this.found.add(why);
  }
}
