import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';
import { objectAt, objectsIn, resolved, textIn, type ApiDocument } from './document.js';

/** An example of what is sent or answered. */
export interface Example {
  readonly summary: string;
  readonly value: JsonValue;
}

/** A parameter of an operation, or a header of an answer. */
export interface Parameter {
  readonly name: string;
  /** `path`, `query` or `header`. */
  readonly place: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonValue | undefined;
  readonly examples: readonly Example[];
}

/** A body by its media type. */
export interface Content {
  readonly type: string;
  readonly schema: JsonValue | undefined;
  readonly examples: readonly Example[];
}

/** An answer by its status. */
export interface ApiResponse {
  readonly status: string;
  readonly description: string;
  readonly headers: readonly Parameter[];
  readonly contents: readonly Content[];
}

/** An operation of a document, with its references followed as far as the schemas. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** Below the address of the document's server, such as `/Users/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly bodies: readonly Content[];
  readonly responses: readonly ApiResponse[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The operations of a document, in its order. */
export function operationsOf(document: ApiDocument): readonly Operation[] {
  return Object.entries(objectAt(document.definition, 'paths')).flatMap(([path, item]) =>
    METHODS.filter((method) => Object.hasOwn(objectAt(item), method)).map((method) =>
      operationAt(document, path, method, objectAt(item)),
    ),
  );
}

function operationAt(document: ApiDocument, path: string, method: string, item: JsonObject): Operation {
  const operation = objectAt(item, method);
  const { operationId, summary, description, tags, responses } = operation;
  return {
    id: textIn(operationId),
    method: method.toUpperCase(),
    path,
    summary: textIn(summary),
    description: textIn(description),
    tags: isJsonArray(tags) ? tags.map((tag) => textIn(tag)) : [],
    parameters: [operation, item]
      .flatMap(({ parameters }) => (isJsonArray(parameters) ? parameters : []))
      .map((parameter) => parameterOf(document, resolved(document, parameter))),
    bodies: contentsOf(document, resolved(document, operation['requestBody'])),
    responses: Object.entries(objectAt(responses)).map(([status, response]) =>
      responseOf(document, status, resolved(document, response)),
    ),
  };
}

function parameterOf(document: ApiDocument, parameter: JsonObject): Parameter {
  return {
    name: textIn(parameter['name']),
    place: textIn(parameter['in']),
    required: parameter['required'] === true,
    description: textIn(parameter['description']),
    schema: parameter['schema'],
    examples: examplesOf(document, parameter),
  };
}

function responseOf(document: ApiDocument, status: string, response: JsonObject): ApiResponse {
  const headers = Object.entries(objectAt(response, 'headers')).map(([name, header]) => ({
    ...parameterOf(document, resolved(document, header)),
    ...{ name, place: 'header' },
  }));
  return { status, description: textIn(response['description']), headers, contents: contentsOf(document, response) };
}

const contentsOf = (document: ApiDocument, body: JsonObject): readonly Content[] =>
  Object.entries(objectAt(body, 'content')).map(([type, content]) => ({
    type,
    schema: objectAt(content)['schema'],
    examples: examplesOf(document, objectAt(content)),
  }));

function examplesOf(document: ApiDocument, { example, examples, schema }: JsonObject): readonly Example[] {
  const named = Object.values(objectAt(examples)).map((one) => resolved(document, one));
  const found = named.map(({ summary, value }) => ({ summary: textIn(summary), value: value ?? null }));
  const single = example ?? resolved(document, schema)['example'];
  return found.length > 0 || single === undefined ? found : [{ summary: '', value: single }];
}

/** The tags of a document with their descriptions, in its order. */
const tagsOf = ({ definition }: ApiDocument): readonly { name: string; description: string }[] =>
  objectsIn(definition['tags']).map(({ name, description }) => ({
    name: textIn(name),
    description: textIn(description),
  }));

/** The operations under the first tag that each has. */
export function byTag(
  document: ApiDocument,
  operations: readonly Operation[],
): readonly { name: string; description: string; operations: readonly Operation[] }[] {
  // "Entra" marks what Entra uses; every such operation has another tag, which says what it is about.
  return tagsOf(document)
    .map((tag) => ({ ...tag, operations: operations.filter(({ tags }) => topicOf(tags) === tag.name) }))
    .filter((tag) => tag.operations.length > 0);
}

const topicOf = (tags: readonly string[]): string | undefined => tags.find((tag) => tag !== 'Entra');

/** An example as people read it. */
export const exampleText = (value: JsonValue): string =>
  isJsonObject(value) || isJsonArray(value) ? JSON.stringify(value, null, 2) : String(value);
