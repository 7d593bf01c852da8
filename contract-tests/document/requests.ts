import { parse } from 'yaml';
import { atPointer, isArray, isObject, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import type { Contract, Operation } from './contract.js';
import { definitionsOf, draft7 } from './draft7.js';

/** A parameter as an operation takes it. */
export interface Parameter {
  readonly name: string;
  readonly where: 'path' | 'query' | 'header';
  readonly required: boolean;
  /** In OpenAPI 3.0, with references. */
  readonly schema: Json;
  /** The values that the document shows. */
  readonly examples: readonly Json[];
}

/** The body that an operation takes. */
export interface RequestBody {
  readonly mediaType: string;
  /** In OpenAPI 3.0, with references. */
  readonly schema: Json;
  /** The same as a whole JSON Schema of draft-07. */
  readonly draft7: JsonObject;
}

/** What an operation of the document may be asked. */
export interface DescribedRequest {
  readonly operation: Operation;
  readonly parameters: readonly Parameter[];
  readonly body: RequestBody | undefined;
}

/** The requests of an OpenAPI document. */
export class Requests {
  readonly all: readonly DescribedRequest[];
  /** The path of the document's server, such as `/scim`. */
  readonly basePath: string;
  /** The schema of errors, as a whole JSON Schema of draft-07. */
  readonly errorSchema: JsonObject;
  readonly #document: JsonObject;
  readonly #definitions: JsonObject;

  /** @throws Error when the document names no server, or has a schema that draft-07 cannot express. */
  constructor(readonly contract: Contract) {
    const document: unknown = parse(contract.text);
    const basePath = isObject(document) ? atPointer(document, '/servers/0/url') : undefined;
    if (!isObject(document) || typeof basePath !== 'string') throw new Error('the document names no server');
    this.#document = document;
    this.basePath = basePath;
    this.#definitions = definitionsOf(atPointer(document, '/components/schemas'));
    this.errorSchema = draft7({ $ref: '#/components/schemas/Error' }, this.#definitions);
    this.all = contract.operations.map((operation) => this.#described(operation));
  }

  /** What a schema, or anything else that the document may refer to, says. */
  resolved(value: Json | undefined): JsonObject {
    const reference = atPointer(value, '/$ref');
    if (typeof reference === 'string') return this.resolved(atPointer(this.#document, reference.slice(1)));
    return isObject(value) ? value : {};
  }

  /** The schema of the first of some answers that an operation has; undefined where it has none of them, or no body. */
  answerSchema(operation: Operation, statuses: readonly string[]): JsonObject | undefined {
    const path = operation.path.replaceAll('~', '~0').replaceAll('/', '~1');
    const responses = atPointer(this.#document, `/paths/${path}/${operation.method.toLowerCase()}/responses`);
    const answers = statuses.map((status) => this.resolved(atPointer(responses, `/${status}`))['content']);
    const [content] = answers.flatMap((each) => (isObject(each) ? Object.values(each) : []));
    return content === undefined ? undefined : this.resolved(atPointer(content, '/schema'));
  }

  #described(operation: Operation): DescribedRequest {
    const item = atPointer(this.#document, `/paths/${operation.path.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    const own = atPointer(item, `/${operation.method.toLowerCase()}`);
    const parameters = [item, own].flatMap((place) => listed(atPointer(place, '/parameters')));
    return {
      operation,
      parameters: parameters.map((parameter) => this.#parameter(this.resolved(parameter))),
      body: this.#body(this.resolved(atPointer(own, '/requestBody'))),
    };
  }

  #parameter(parameter: JsonObject): Parameter {
    const { name, in: where, required, schema = {} } = parameter;
    if (typeof name !== 'string' || (where !== 'path' && where !== 'query' && where !== 'header')) {
      throw new Error(`the contract tests cannot read the parameter ${JSON.stringify(name)}`);
    }
    return { name, where, required: required === true, schema, examples: this.#examples(parameter) };
  }

  #body(body: JsonObject): RequestBody | undefined {
    const [content] = isObject(body['content']) ? Object.entries(body['content']) : [];
    if (content === undefined) return undefined;
    const schema = atPointer(content[1], '/schema') ?? {};
    return { mediaType: content[0], schema, draft7: draft7(isObject(schema) ? schema : {}, this.#definitions) };
  }

  #examples({ example, examples }: JsonObject): readonly Json[] {
    const named = isObject(examples) ? Object.values(examples).map((each) => this.resolved(each)['value']) : [];
    return [example, ...named].filter((value) => value !== undefined);
  }
}

const listed = (value: Json | undefined): readonly Json[] => (isArray(value) ? value : []);
