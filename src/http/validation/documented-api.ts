import type { Ajv, ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { OpenAPIBackend, type Document } from 'openapi-backend';
import { isJsonArray, isJsonObject, mapElements, mapMembers, type JsonValue } from '../../protocol/json.js';

/**
 * Has openapi-backend read a document: its operations, and the validators of their requests and answers. Nothing is compiled
 * before it is used: compiling all validators takes seconds, and a process uses few.
 * @param onMade told of the validators of requests as they are made, whose source is kept then
 */
export async function readApi(definition: Document, onMade?: OnMade): Promise<OpenAPIBackend> {
  const api = new OpenAPIBackend({
    definition: withPlainJson(definition),
    strict: true,
    quick: true,
    coerceTypes: true,
    ajvOpts: { allowUnionTypes: true, verbose: true, ...(onMade === undefined ? {} : { code: { source: true } }) },
    customizeAjv: ajvCustomizer(onMade),
  });
  await api.init();
  keepOperations(api);
  return api;
}

/** Takes a validator and what made it. */
type OnMade = (validate: ValidateFunction, ajv: Ajv) => void;

/** openapi-backend rebuilds its list of operations whenever it is asked, although it does not change after the start. */
function keepOperations(api: OpenAPIBackend): void {
  const operations = api.router.getOperations();
  const byId = new Map(operations.map((operation) => [operation.operationId, operation]));
  api.router.getOperations = () => operations;
  api.router.getOperation = (id) => byId.get(id);
}

/**
 * openapi-backend validates only bodies of `application/json` and silently accepts everything else, so it gets a document in
 * which each `application/scim+json` body is also listed as `application/json`.
 */
export function withPlainJson(document: Document): Document {
  return listedAsJson(document as unknown as JsonValue) as unknown as Document;
}

function listedAsJson(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return mapElements(value, listedAsJson);
  if (!isJsonObject(value)) return value;
  const listed = mapMembers(value, listedAsJson);
  const body = listed['application/scim+json'];
  return body === undefined ? listed : { 'application/json': body, ...listed };
}

type CustomizeAjv = NonNullable<ConstructorParameters<typeof OpenAPIBackend>[0]['customizeAjv']>;

/** One Ajv for each kind of validator, with formats; unknown query parameters pass, as RFC 7644 and Entra need. */
function ajvCustomizer(onMade: OnMade = () => undefined): CustomizeAjv {
  const shared = new Map<string, Parameters<CustomizeAjv>[0]>();
  return (ajv, _options, context) => {
    const kind: string = context;
    const known = shared.get(kind);
    if (known) return known;
    addFormats.default(ajv);
    const compile = ajv.compile.bind(ajv);
    ajv.compile = ((schema: { properties: { query: { additionalProperties: boolean } } }) => {
      if (kind === 'paramsValidator') schema.properties.query.additionalProperties = true;
      const validate = compile(schema);
      onMade(validate, ajv);
      return validate;
    }) as typeof ajv.compile;
    shared.set(kind, ajv);
    return ajv;
  };
}
