import { expect } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';
import { readDocument } from '../documents.js';

/** What a request was refused with, as far as examples show it. */
export interface Refused {
  readonly body: JsonObject;
}

const atPath = (value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value);

const members = (value: JsonValue | undefined): readonly [string, JsonValue][] =>
  isJsonObject(value) ? Object.entries(value) : [];

/** The examples of errors that a document has, by the names of their answers and their own. */
export function errorExamples(name: 'scim' | 'admin'): ReadonlyMap<string, JsonObject> {
  const document = readDocument(name).definition as unknown as JsonObject;
  const examples = members(atPath(document, ['components', 'responses'])).flatMap(([answer, response]) =>
    members(atPath(response, ['content'])).flatMap(([, media]) =>
      members(atPath(media, ['examples'])).map(([key, example]) => {
        const value = atPath(example, ['value']);
        return [`${answer}.${key}`, isJsonObject(value) ? value : {}] as const;
      }),
    ),
  );
  return new Map(examples);
}

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gu;

/** Ids that the server gives are others each time. */
const withoutIds = (value: JsonObject = {}): unknown => JSON.parse(JSON.stringify(value).replaceAll(UUID, '{id}'));

/** Compares an example with an answer, to the letter but for ids. */
export function expectExample(example: JsonObject | undefined, { body }: Refused): void {
  expect(withoutIds(body)).toEqual(withoutIds(example));
}
