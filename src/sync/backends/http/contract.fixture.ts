import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { isJsonArray, isJsonObject, member, type JsonValue } from '../../../protocol/json.js';

type Schema =
  | 'Capabilities'
  | 'MatchRequest'
  | 'MatchAnswer'
  | 'BatchRequest'
  | 'BatchAnswer'
  | 'ListingRequest'
  | 'ListingAnswer'
  | 'Problem';

/** What of each operation is held to which schema. */
const OPERATIONS: Readonly<Record<string, { readonly request?: Schema; readonly answer: Schema }>> = {
  'GET /capabilities': { answer: 'Capabilities' },
  'POST /matches': { request: 'MatchRequest', answer: 'MatchAnswer' },
  'POST /batches': { request: 'BatchRequest', answer: 'BatchAnswer' },
  'POST /listings': { request: 'ListingRequest', answer: 'ListingAnswer' },
};

/** Holds exchanges to openapi/backend.yaml, and what the schemas do not name is a fault. */
export class BackendContract {
  readonly #ajv = new Ajv({ strict: false, allErrors: true });
  readonly #document: JsonValue;

  constructor() {
    const yaml = readFileSync(new URL('../../../../openapi/backend.yaml', import.meta.url), 'utf8');
    this.#document = closed(parse(yaml) as JsonValue);
    addFormats.default(this.#ajv);
    if (isJsonObject(this.#document)) this.#ajv.addSchema(this.#document, 'backend');
  }

  /** What is wrong with an exchange, as sentences. */
  faults(operation: string, request: string, status: number, answer: string): readonly string[] {
    const schemas = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
    if (schemas === undefined) return [`${operation} is not documented`];
    const ofRequest = schemas.request === undefined ? [] : this.#faultsOf(schemas.request, request);
    return [...ofRequest, ...this.#faultsOf(status === 200 ? schemas.answer : 'Problem', answer)];
  }

  #faultsOf(schema: Schema, text: string): readonly string[] {
    const validate: ValidateFunction | undefined = this.#ajv.getSchema(`backend#/components/schemas/${schema}`);
    if (validate === undefined) throw new Error(`there is no schema ${schema}`);
    if (validate(JSON.parse(text))) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${schema}${instancePath} ${message ?? ''}`);
  }
}

/** The document with objects that have no members but those that they name. */
function closed(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(closed);
  if (!isJsonObject(value)) return value;
  const members = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, closed(one)]));
  const isOpen = member(value, 'type') === 'object' && member(value, 'additionalProperties') === undefined;
  return isOpen ? { ...members, additionalProperties: false } : members;
}
