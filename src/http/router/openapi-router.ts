import addFormats from 'ajv-formats';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { OpenAPIBackend, type Context, type Document, type Operation } from 'openapi-backend';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { notFound, ScimError } from '../../protocol/scim-error.js';
import { secretOf, type AuthenticateRequest, type Principal } from '../authentication.js';
import type { PublishedDocument } from '../documents.js';
import type { LongTurns } from '../traffic/long-turns.js';
import type { Held } from '../traffic/memory-room.js';
import type { Entrance } from '../traffic/traffic.js';
import { errorReply } from './error-response.js';
import { innerOperations } from './inner-operations.js';
import type { InnerOperations, OperationRequest, RequestNotes } from './operation.js';
import { idOf, operationBodies } from './operation-body.js';
import { decodeTarget, parametersOf } from './request-target.js';
import type { Reply } from './send-reply.js';
import { negotiate, sendReply, type Presentation } from './send-reply.js';
import { validationError } from './validation-error.js';

/** What a router needs to serve one document. */
export interface RouterOptions {
  readonly document: PublishedDocument;
  /** The media type of answers to clients that do not ask for a particular one. */
  readonly mediaType: 'application/scim+json' | 'application/json';
  readonly handlers: Readonly<Record<string, (request: never) => Promise<Reply>>>;
  readonly authenticate: AuthenticateRequest;
  /** Lets a request in, and says what it may hold: @throws ScimError 429 or 503 with `Retry-After`. */
  readonly enter: Entrance;
  /** Gives turns to the reading of large bodies. */
  readonly turns: LongTurns;
  /** What is wrong with an address that begins with no path of the document. */
  readonly wrongBase: string;
  /** Brings the names in a body to their documented spelling before it is validated. */
  readonly prepareBody: (
    operationId: string,
    body: JsonObject,
    principal: Principal,
    notes: RequestNotes,
  ) => JsonObject;
  readonly bodyLimit: (operationId: string) => { readonly bytes: number; readonly advice: string };
  readonly jsonDepth: (operationId: string) => number;
  readonly checkResponse: (
    api: OpenAPIBackend,
    operation: Operation,
    reply: Reply,
    notes: RequestNotes,
    principal: Principal | undefined,
  ) => Promise<Reply>;
}

/** What the router passes to openapi-backend in addition to the request itself. */
interface Exchange {
  readonly principal: Principal;
  readonly notes: RequestNotes;
  readonly request: Request;
  readonly held: Held;
  readonly inner: InnerOperations;
}

/**
 * Serves one OpenAPI document with openapi-backend, in this order: match the operation on the decoded path, authenticate,
 * read and parse the body, canonicalize names, validate, handle, check the answer, send.
 * @throws Error at the start if an operation lacks a handler, or a handler its operation
 */
export async function createOpenApiRouter(options: RouterOptions): Promise<RequestHandler> {
  const api = await startBackend(options);
  const operations = api.router.getOperations();
  const firstSegments = new Map(operations.map(({ path }) => firstSegment(path)).map((s) => [s.toLowerCase(), s]));
  const readBody = operationBodies(options, operations);

  async function answer(request: Request, response: Response, notes: RequestNotes): Promise<void> {
    const { path, query } = decodeTarget(request.url, firstSegments);
    if (![...firstSegments.values()].includes(firstSegment(path))) throw notFound(options.wrongBase);
    const operation = match(api, request.method, path);
    notes.operationId = idOf(operation);
    await answerOperation(request, response, notes, { operation, path, query });
  }

  async function answerOperation(
    request: Request,
    response: Response,
    notes: RequestNotes,
    { operation, path, query }: { operation: Operation; path: string; query: URLSearchParams },
  ): Promise<void> {
    const byQuery = 'x-access-token-query' in operation;
    if (query.has('access_token')) response.setHeader('Cache-Control', 'no-store');
    let presentation: Presentation = { type: options.mediaType, indented: false };
    let principal: Principal | undefined;
    let held: Held | undefined;
    const reply = await orErrorReply(notes, async () => {
      principal = await options.authenticate(secretOf(request, query, byQuery), request);
      if (principal.kind === 'tenant') notes.tenantId = principal.tenant.id;
      held = await options.enter(principal, request, response);
      presentation = negotiate(request, options.mediaType);
      const body = await readBody(request, response, operation, { principal, held, notes });
      return (await api.handleRequest({ ...askedOf(operation, query), path, headers: headersOf(request), body }, {
        principal,
        notes,
        request,
        held,
        inner: innerTo(principal, notes),
      } satisfies Exchange)) as Reply;
    });
    const checked = await options.checkResponse(api, operation, reply, notes, principal);
    await sendReply(response, presentation, checked, held);
  }

  const innerTo = (principal: Principal, notes: RequestNotes): InnerOperations =>
    innerOperations(api, {
      find: (method, path) => match(api, method, path),
      firstSegments,
      prepareBody: (operationId, body) => options.prepareBody(operationId, body, principal, notes),
    });

  return (request: Request, response: Response, next: NextFunction) => {
    answer(request, response, notesOf(response))
      .catch((error: unknown) => {
        if (!(error instanceof ScimError)) throw error;
        return sendReply(response, { type: options.mediaType, indented: false }, errorReply(error, notesOf(response)));
      })
      .catch(next);
  };
}

/** What a request asks of an operation: HEAD is asked as GET. */
const askedOf = (operation: Operation, query: URLSearchParams) => ({
  method: operation.method,
  query: parametersOf(query, parameterNames(operation)),
});

const notesOf = (response: Response): RequestNotes => response.locals['notes'] as RequestNotes;

/**
 * A client error becomes an answer here, so that it is checked against the document like any other answer. What lies behind
 * an error, such as a database that is away, is noted for the log.
 */
async function orErrorReply(notes: RequestNotes, work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    if (error.cause !== undefined) notes.faults = [...(notes.faults ?? []), error.cause];
    return errorReply(error, notes);
  }
}

const firstSegment = (path: string): string => path.split('/')[1] ?? '';

/**
 * Finds the operation. HEAD is GET without the body (RFC 9110 §9.3.2). A literal path of the document, such as
 * `/Users/.search`, is not an id for any method.
 */
function match(api: OpenAPIBackend, method: string, path: string): Operation {
  const literal = api.router.getOperations().some((operation) => operation.path === path);
  const find = (name: string): Operation | undefined => {
    try {
      const found = api.router.matchOperation({ method: name, path, headers: {} });
      return literal && found?.path !== path ? undefined : found;
    } catch {
      return undefined;
    }
  };
  const operation = find(method === 'HEAD' ? 'GET' : method);
  if (operation !== undefined) return operation;
  const allowed = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((name) =>
    find(name === 'HEAD' ? 'GET' : name),
  );
  if (allowed.length === 0) throw notFound('There is nothing at this address; /docs lists the addresses that exist.');
  throw new ScimError(405, `${method.slice(0, 20)} does not work here; use ${allowed.join(', ')}.`, {
    headers: { Allow: allowed.join(', ') },
  });
}

const parameterNames = (operation: Operation): readonly string[] =>
  (operation.parameters ?? []).flatMap((one) => ('name' in one ? [one.name] : []));

function headersOf(request: Request): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(request.headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined),
  );
}

async function startBackend(options: RouterOptions): Promise<OpenAPIBackend> {
  const api = new OpenAPIBackend({
    definition: withPlainJson(options.document.definition),
    strict: true,
    // Validators are compiled on first use: compiling all of them takes seconds, and a process uses few.
    quick: true,
    coerceTypes: true,
    ajvOpts: { allowUnionTypes: true, verbose: true },
    customizeAjv: ajvCustomizer(),
    securityHandlers: Object.fromEntries(
      Object.keys(options.document.definition.components?.securitySchemes ?? {}).map((scheme) => [scheme, confirm]),
    ),
  });
  api.register({ validationFail: (context: Context) => failValidation(context) });
  for (const [operationId, handler] of Object.entries(options.handlers)) {
    api.register(operationId, (context: Context, exchange: Exchange) =>
      (handler as (request: OperationRequest) => Promise<Reply>)(operationRequest(context, exchange)),
    );
  }
  await api.init();
  keepOperations(api);
  checkHandlers(api, options);
  return api;
}

/** The principal was identified before the body was read; openapi-backend asks again. */
const confirm = (_context: Context, exchange: Exchange): Principal => exchange.principal;

function failValidation(context: Context): never {
  throw validationError(context.operation.operationId ?? '', context.validation.errors ?? []);
}

function operationRequest(context: Context, { principal, notes, request, held, inner }: Exchange): OperationRequest {
  const json: unknown = context.request.requestBody;
  return {
    principal,
    notes,
    inner,
    held,
    path: context.request.params as never,
    query: context.request.query as never,
    ifMatch: request.headers['if-match'],
    ifNoneMatch: request.headers['if-none-match'],
    body: json as undefined,
    json: isJsonObject(json) ? json : {},
  };
}

/** openapi-backend rebuilds its list of operations for every request, although it does not change after the start. */
function keepOperations(api: OpenAPIBackend): void {
  const operations = api.router.getOperations();
  const byId = new Map(operations.map((operation) => [operation.operationId, operation]));
  api.router.getOperations = () => operations;
  api.router.getOperation = (id) => byId.get(id);
}

function checkHandlers(api: OpenAPIBackend, { handlers, document }: RouterOptions): void {
  const documented = new Set(api.router.getOperations().map(idOf));
  for (const id of documented) {
    if (!Object.hasOwn(handlers, id)) throw new Error(`openapi/${document.name}.yaml: operation ${id} has no handler`);
  }
  for (const id of Object.keys(handlers)) {
    if (!documented.has(id)) throw new Error(`handler ${id} has no operation in openapi/${document.name}.yaml`);
  }
}

/**
 * openapi-backend validates only bodies of `application/json` and silently accepts everything else, so it gets a copy of the
 * document in which each `application/scim+json` body is also listed as `application/json`.
 */
export function withPlainJson(document: Document): Document {
  return JSON.parse(JSON.stringify(document), (_key, value: unknown) => {
    if (isJsonObject(value) && Object.hasOwn(value, 'application/scim+json')) {
      return { 'application/json': value['application/scim+json'], ...value };
    }
    return value;
  }) as Document;
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
