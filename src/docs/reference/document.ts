import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';

/** An OpenAPI document, as its JSON form has it. */
export interface ApiDocument {
  /** Such as `scim`. */
  readonly name: string;
  readonly definition: JsonObject;
}

/** The member of an object; an empty object where it is none. */
export function objectAt(value: JsonValue | undefined, ...names: readonly string[]): JsonObject {
  const found = names.reduce<JsonValue | undefined>(
    (inner, name) => (isJsonObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
    value,
  );
  return isJsonObject(found) ? found : {};
}

/** The objects of an array. */
export const objectsIn = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];

/** A text; empty where the value is none. */
export const textIn = (value: JsonValue | undefined): string => (typeof value === 'string' ? value.trim() : '');

/** The name in a reference within the document, such as `UserRequest`; undefined where the value is no reference. */
export function referenceIn(value: JsonValue | undefined): string | undefined {
  const { $ref } = isJsonObject(value) ? value : {};
  return typeof $ref === 'string' ? $ref.slice($ref.lastIndexOf('/') + 1) : undefined;
}

/** What a value refers to, or the value itself. */
export function resolved({ definition }: ApiDocument, value: JsonValue | undefined): JsonObject {
  const { $ref } = isJsonObject(value) ? value : {};
  if (typeof $ref === 'string') return objectAt(definition, ...$ref.slice('#/'.length).split('/'));
  return isJsonObject(value) ? value : {};
}
