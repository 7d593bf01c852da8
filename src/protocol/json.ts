/** A value as JSON has it (RFC 8259), which is what a SCIM message is made of. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. Names are looked up with `Object.hasOwn`, so that `__proto__` and the like stay data. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Whether a value is a JSON object (and neither null nor an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a JSON array; narrows readonly arrays, which `Array.isArray` does not. */
export function isJsonArray(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The object with that member set, or without it where the value is undefined; the object itself stays as it is. */
export function withMember(object: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
  if (value !== undefined) return { ...object, [name]: value };
  if (!Object.hasOwn(object, name)) return object;
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== name));
}

/** The value of that name in the object itself, never one that its prototype has. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The object with each member's value changed, without those that become undefined; itself where none changes. */
export function mapMembers(
  object: JsonObject,
  change: (value: JsonValue, name: string) => JsonValue | undefined,
): JsonObject {
  const names = Object.keys(object);
  const valueOf = (name: string): JsonValue => object[name] ?? null;
  let members: [string, JsonValue][] | undefined;
  for (const [index, name] of names.entries()) {
    const after = change(valueOf(name), name);
    if (after !== valueOf(name)) members ??= names.slice(0, index).map((earlier) => [earlier, valueOf(earlier)]);
    if (after !== undefined) members?.push([name, after]);
  }
  return members === undefined ? object : Object.fromEntries(members);
}

/** The array with each element changed; itself where none changes. */
export function mapElements(
  elements: readonly JsonValue[],
  change: (element: JsonValue, index: number) => JsonValue,
): readonly JsonValue[] {
  const changed = elements.map((element, index) => change(element, index));
  return changed.every((element, index) => element === elements[index]) ? elements : changed;
}
