import addFormats from 'ajv-formats';
import { OpenAPIBackend, type Document } from 'openapi-backend';
import { isJsonArray, isJsonObject, type JsonValue } from '../../protocol/json.js';

/**
 * Has openapi-backend read a document: its operations, and the validators of their requests and answers. Nothing is compiled
 * before it is used: compiling all validators takes seconds, and a process uses few.
 */
export async function readApi(definition: Document): Promise<OpenAPIBackend> {
  const api = new OpenAPIBackend({
    definition: withPlainJson(definition),
    strict: true,
    quick: true,
    coerceTypes: true,
    ajvOpts: { allowUnionTypes: true, verbose: true },
    customizeAjv: ajvCustomizer(),
  });
  await api.init();
  keepOperations(api);
  return api;
}

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
  if (isJsonArray(value)) return value.map(listedAsJson);
  if (!isJsonObject(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, listedAsJson(part)]));
  const body = copy['application/scim+json'];
  return body === undefined ? copy : { 'application/json': body, ...copy };
}

type CustomizeAjv = NonNullable<ConstructorParameters<typeof OpenAPIBackend>[0]['customizeAjv']>;

/** One Ajv for each kind of validator, with formats; unknown query parameters pass, as RFC 7644 and Entra need. */
function ajvCustomizer(): CustomizeAjv {
  const shared = new Map<string, Parameters<CustomizeAjv>[0]>();
  return (ajv, _options, context) => {
    const kind: string = context;
    const known = shared.get(kind);
    if (known) return known;
    addFormats.default(ajv);
    if (kind === 'paramsValidator') {
      const compile = ajv.compile.bind(ajv);
      ajv.compile = ((schema: { properties: { query: { additionalProperties: boolean } } }) => {
        schema.properties.query.additionalProperties = true;
        return compile(schema);
      }) as typeof ajv.compile;
    }
    shared.set(kind, ajv);
    return ajv;
  };
}
