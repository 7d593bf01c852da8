import { parse } from 'yaml';
import { atPointer, isArray, isObject, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import { definitionsOf, draft7 } from './draft7.js';

/** What the document promises for one status of an operation. */
export interface PromisedAnswer {
  readonly status: string;
  /** Undefined where the answer has no body. */
  readonly mediaType: string | undefined;
  /** JSON Schema of draft-07, as text; undefined where the answer has no body. */
  readonly bodySchema: string | undefined;
  /** Names of the headers that always come. */
  readonly headers: readonly string[];
  /** The `scimType`s that the examples of this answer show. */
  readonly scimTypes: readonly string[];
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** As the document has it, such as `/Users/{id}`. */
  readonly path: string;
  readonly answers: ReadonlyMap<string, PromisedAnswer>;
  /** The bodies that the document shows for its requests, by their names. */
  readonly examples: ReadonlyMap<string, Json>;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** An OpenAPI document, read for what it promises about answers. */
export class Contract {
  readonly operations: readonly Operation[];

  private constructor(
    /** The document as it was written. */
    readonly text: string,
    document: JsonObject,
  ) {
    this.operations = operationsOf(document);
  }

  /**
   * @param text the document, in YAML
   * @throws Error when it is no OpenAPI document, or has a schema that draft-07 cannot express.
   */
  static read(text: string): Contract {
    const document: unknown = parse(text);
    if (!isObject(document)) throw new Error('the document is not an object');
    return new Contract(text, document);
  }

  /** The operation that a request is for. `target` is a path relative to the document's server, with or without query. */
  find(method: string, target: string): Operation | undefined {
    // A doubled slash is one, as the server has it.
    const path = (target.split('?')[0] ?? '').replaceAll('//', '/');
    return this.operations.find((operation) => operation.method === method && fits(operation.path, path));
  }
}

/** The document, and its schemas as definitions of draft-07. */
interface Context {
  readonly document: JsonObject;
  readonly definitions: JsonObject;
}

function operationsOf(document: JsonObject): readonly Operation[] {
  const context = { document, definitions: definitionsOf(atPointer(document, '/components/schemas')) };
  return members(document['paths']).flatMap(([path, item]) =>
    members(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({
        id: operationId(operation),
        method: method.toUpperCase(),
        path,
        answers: answersOf(atPointer(operation, '/responses'), context),
        examples: requestExamples(operation, document),
      })),
  );
}

function operationId(operation: Json): string {
  const id = atPointer(operation, '/operationId');
  if (typeof id !== 'string') throw new Error('an operation of the document has no operationId');
  return id;
}

const answersOf = (responses: Json | undefined, context: Context): ReadonlyMap<string, PromisedAnswer> =>
  new Map(members(responses).map(([status, response]) => [status, answerOf(status, response, context)]));

function answerOf(status: string, response: Json, { document, definitions }: Context): PromisedAnswer {
  const resolved = dereferenced(response, document);
  const [content] = members(atPointer(resolved, '/content'));
  const schema = atPointer(content?.[1], '/schema');
  return {
    status,
    mediaType: content?.[0],
    bodySchema: isObject(schema) ? JSON.stringify(draft7(schema, definitions)) : undefined,
    headers: requiredHeaders(atPointer(resolved, '/headers'), document),
    scimTypes: scimTypesOf(content?.[1]),
  };
}

function requestExamples(operation: Json, document: JsonObject): ReadonlyMap<string, Json> {
  const [content] = members(atPointer(operation, '/requestBody/content'));
  const examples = members(atPointer(content?.[1], '/examples'));
  return new Map(
    examples.map(([name, example]) => {
      const value = atPointer(dereferenced(example, document), '/value');
      if (value === undefined) throw new Error(`the example ${name} of a request has no value`);
      return [name, value];
    }),
  );
}

const requiredHeaders = (headers: Json | undefined, document: JsonObject): readonly string[] =>
  members(headers)
    .filter(([, header]) => atPointer(dereferenced(header, document), '/required') === true)
    .map(([name]) => name);

function scimTypesOf(content: Json | undefined): readonly string[] {
  const types = members(atPointer(content, '/examples')).map(([, example]) => atPointer(example, '/value/scimType'));
  return [...new Set(types.filter((type) => typeof type === 'string'))];
}

function dereferenced(value: Json, document: JsonObject): Json | undefined {
  const reference = atPointer(value, '/$ref');
  return typeof reference === 'string' ? atPointer(document, reference.slice(1)) : value;
}

function fits(template: string, path: string): boolean {
  const wanted = template.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) => (segment.startsWith('{') ? given[index] !== '' : segment === given[index]))
  );
}

const members = (value: Json | undefined): [string, Json][] =>
  isObject(value) && !isArray(value) ? Object.entries(value) : [];
