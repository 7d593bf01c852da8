import { findAttribute, findSchema } from '../attribute-lookup.js';
import { valueNames } from '../canonical/names.js';
import {
  isJsonArray,
  isJsonObject,
  mapElements,
  mapMembers,
  member,
  withMember,
  type JsonObject,
  type JsonValue,
} from '../json.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';
import { readPath } from './paths.js';
import type { EntraRule, OperationContext, ValueContext } from './rule.js';

type Part = 'operation' | 'value' | 'keys' | 'resource';
type RuleFor<P extends Part> = EntraRule & Required<Pick<EntraRule, P>>;

/** The rules that have each of the functions, in their order. */
interface RulesByPart {
  readonly operation: readonly RuleFor<'operation'>[];
  readonly value: readonly RuleFor<'value'>[];
  readonly keys: readonly RuleFor<'keys'>[];
  readonly resource: readonly RuleFor<'resource'>[];
}

/** Sorted once for each list of rules, of which there are few. */
const sorted = new WeakMap<readonly EntraRule[], RulesByPart>();

function byPart(rules: readonly EntraRule[]): RulesByPart {
  const having = <P extends Part>(part: P): readonly RuleFor<P>[] =>
    rules.filter((rule): rule is RuleFor<P> => rule[part] !== undefined);
  const made = sorted.get(rules) ?? {
    operation: having('operation'),
    value: having('value'),
    keys: having('keys'),
    resource: having('resource'),
  };
  sorted.set(rules, made);
  return made;
}

type AttributeOf = (name: string) => Attribute | undefined;

/** The rules at work on one message, and the names of those that made a difference. */
export class Dialect {
  readonly fired = new Set<string>();
  readonly #rules: RulesByPart;
  readonly #message: ValueContext['message'];

  constructor(rules: readonly EntraRule[], message: ValueContext['message']) {
    this.#rules = byPart(rules);
    this.#message = message;
  }

  /** A body with what its names stand for in their place; in a PATCH, the values of operations without path. */
  keys(body: JsonObject, type: ResourceType): JsonObject {
    if (this.#message === 'resource') return this.#keysOf(body, type);
    const operations = member(body, 'Operations');
    if (!isJsonArray(operations)) return body;
    const meant = mapElements(operations, (operation) =>
      isJsonObject(operation) ? this.#operationKeys(operation, type) : operation,
    );
    return meant === operations ? body : withMember(body, 'Operations', meant);
  }

  #operationKeys(operation: JsonObject, type: ResourceType): JsonObject {
    const value = member(operation, 'value');
    if (typeof member(operation, 'path') === 'string' || value === undefined) return operation;
    const keys = (one: JsonValue): JsonValue => (isJsonObject(one) ? this.#keysOf(one, type) : one);
    const meant = isJsonArray(value) ? mapElements(value, keys) : keys(value);
    return meant === value ? operation : withMember(operation, 'value', meant);
  }

  #keysOf(body: JsonObject, type: ResourceType): JsonObject {
    return this.#rules.keys.reduce(
      (before, rule) => this.#note(rule, before, rule.keys(before, type, this.#message)),
      body,
    );
  }

  /** A resource in standard form. */
  resource(body: JsonObject, type: ResourceType): JsonObject {
    const rewritten = this.#rules.resource.reduce(
      (before, rule) => this.#note(rule, before, rule.resource(before, type) ?? before),
      body,
    );
    return this.#attributes(rewritten, type);
  }

  /** The operations in standard form that one operation stands for. */
  operation(operation: JsonObject, context: OperationContext): readonly JsonObject[] {
    const start: readonly JsonObject[] = [operation];
    const rewritten = this.#rules.operation.reduce(
      (operations, rule) => operations.flatMap((before) => this.#replaced(rule, before, context)),
      start,
    );
    return rewritten.map((standard) => this.#operationValue(standard, context.type));
  }

  #replaced(rule: RuleFor<'operation'>, operation: JsonObject, context: OperationContext): readonly JsonObject[] {
    const operations = rule.operation(operation, context);
    if (operations === undefined) return [operation];
    this.fired.add(rule.name);
    return operations;
  }

  #operationValue(operation: JsonObject, type: ResourceType): JsonObject {
    const value = member(operation, 'value');
    const path = member(operation, 'path');
    if (value === undefined) return operation;
    if (typeof path === 'string') return withMember(operation, 'value', this.#valueAt(path, value, type));
    return isJsonObject(value) ? withMember(operation, 'value', this.#attributes(value, type)) : operation;
  }

  #valueAt(path: string, value: JsonValue, type: ResourceType): JsonValue {
    // What the filter says does not matter here, and may be long; the patch itself reads it.
    const [open, close] = [path.indexOf('['), path.lastIndexOf(']')];
    const filtered = open >= 0 && open < close;
    const target = readPath(filtered ? path.slice(0, open) + path.slice(close + 1) : path, type);
    if (target?.kind === 'extension' && isJsonObject(value)) return this.#extension(value, target.urn, type);
    if (target?.kind !== 'attribute') return this.#value(value, undefined, true);
    const attribute = target.target.subAttribute ?? target.target.attribute;
    const chosen = target.target.subAttribute === undefined && filtered;
    return this.#value(valueNames(value, attribute), attribute, chosen || !attribute.multiValued);
  }

  #attributes(resource: JsonObject, type: ResourceType): JsonObject {
    return mapMembers(resource, (value, name) => {
      const attribute = findAttribute(type, name)?.attribute;
      if (attribute !== undefined || !name.includes(':')) return this.#member(value, attribute);
      return isJsonObject(value) ? this.#extension(value, name, type) : value;
    });
  }

  #extension(extension: JsonObject, urn: string, type: ResourceType): JsonObject {
    // What no schema defines is kept as a create sends it; in a PATCH it may be cleared.
    if (findSchema(type, urn) === undefined && this.#message === 'resource') return extension;
    return this.#members(extension, (name) => findAttribute(type, name, urn)?.attribute);
  }

  #members(object: JsonObject, attributeOf: AttributeOf): JsonObject {
    return mapMembers(object, (value, name) => this.#member(value, attributeOf(name)));
  }

  #member(value: JsonValue, attribute: Attribute | undefined): JsonValue {
    return this.#value(value, attribute, attribute?.multiValued !== true);
  }

  #value(given: JsonValue, attribute: Attribute | undefined, single: boolean): JsonValue {
    const value = this.#rewritten(given, { message: this.#message, attribute, single });
    if (isJsonArray(value))
      return single ? value : mapElements(value, (element) => this.#value(element, attribute, true));
    const subAttributes = attribute?.subAttributes;
    if (!isJsonObject(value) || subAttributes === undefined) return value;
    return this.#members(value, (name) => subAttributes.find((sub) => sub.name === name));
  }

  #rewritten(given: JsonValue, context: ValueContext): JsonValue {
    let value = given;
    for (const rule of this.#rules.value) value = this.#note(rule, value, rule.value(value, context));
    return value;
  }

  #note<Part>(rule: EntraRule, before: Part, after: Part): Part {
    if (after !== before) this.fired.add(rule.name);
    return after;
  }
}
