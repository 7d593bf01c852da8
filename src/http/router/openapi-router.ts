import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OpenAPIBackend, Operation } from 'openapi-backend';
import { ROLES, type Role } from '../../model/access/role.js';
import type { JsonObject } from '../../protocol/json.js';
import { notFound, ScimError } from '../../protocol/scim-error.js';
import {
  checkRole,
  checkScope,
  isUnproven,
  secretOf,
  type AuthenticateRequest,
  type Principal,
  type RecallPrincipal,
} from '../authentication.js';
import type { PublishedDocument } from '../documents.js';
import { notesOf, type Serve } from '../traffic/exchange.js';
import type { LongTurns } from '../traffic/long-turns.js';
import type { Held } from '../traffic/memory-room.js';
import type { Entrance } from '../traffic/traffic.js';
import { requestValidators } from '../validation/compiled.js';
import { readApi } from '../validation/documented-api.js';
import { parameterNames, requestValidation, type RequestParts, type ValidateRequest } from '../validation/request.js';
import { errorReply } from './error-response.js';
import { innerOperations } from './inner-operations.js';
import { forgetAttempt, type InnerOperations, type OperationRequest, type RequestNotes } from './operation.js';
import { bodyOf, idOf } from './operation-body.js';
import { byLowerCase, decodeTarget, parametersOf, type RequestTarget } from './request-target.js';
import { routesOf, type Found } from './routes.js';
import type { Reply } from './send-reply.js';
import { codedFor, negotiate, sendReply, type Presentation } from './send-reply.js';
import { validationError } from './validation-error.js';

/** What a router needs to serve one document. */
export interface RouterOptions {
  readonly document: PublishedDocument;
  /** The media type of answers to clients that do not ask for a particular one. */
  readonly mediaType: 'application/scim+json' | 'application/json';
  /** Whether long answers are compressed for clients that take them so. */
  readonly compresses: boolean;
  readonly handlers: Readonly<Record<string, (request: never) => Promise<Reply>>>;
  readonly authenticate: AuthenticateRequest;
  readonly recall?: RecallPrincipal;
  /** Admits a request, and says how much memory it may hold: @throws ScimError 429 or 503 with `Retry-After`. */
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

/** An operation with what a request to it needs, prepared at the start. */
interface Route {
  readonly id: string;
  readonly operation: Operation;
  /** The names of its parameters by their lower case. */
  readonly names: ReadonlyMap<string, string>;
  /** The scope that a tenant's token needs. */
  readonly scope: string;
  /** The role that an operator needs. */
  readonly role: Role;
  /** Whether the secret token may stand in the query. */
  readonly byQuery: boolean;
  readonly readBody: ReturnType<typeof bodyOf>;
  readonly validate: ValidateRequest;
  readonly handle: (request: OperationRequest) => Promise<Reply>;
}

/**
 * Serves one OpenAPI document, in this order: match the operation on the decoded path, authenticate, read and parse the body,
 * canonicalize names, validate, handle, check the answer, send. openapi-backend reads the document at the start; routes and
 * validation are prepared from its operations and validators, and a request takes no other way through it.
 * @throws Error at the start if an operation lacks a handler or a validator, or a handler its operation
 */
export async function createOpenApiRouter(options: RouterOptions): Promise<Serve> {
  const api = await readApi(options.document.definition);
  const operations = api.router.getOperations();
  checkHandlers(operations, options);
  const validatorsOf = requestValidators(api, options.document);
  const find = routesOf(operations, (operation) => routeOf(operation, options, validatorsOf(idOf(operation))));
  const firstSegments = new Map(operations.map(({ path }) => firstSegment(path)).map((s) => [s.toLowerCase(), s]));

  async function answer(request: IncomingMessage, response: ServerResponse, notes: RequestNotes): Promise<void> {
    const target = (notes.target = decodeTarget(request.url ?? '/', firstSegments));
    if (!firstSegments.has((target.segments[0] ?? '').toLowerCase())) throw notFound(options.wrongBase);
    const found = find(request.method ?? '', target);
    notes.operationId = found.route.id;
    await answerOperation(request, response, notes, { ...found, query: target.query });
  }

  async function answerOperation(
    request: IncomingMessage,
    response: ServerResponse,
    notes: RequestNotes,
    { route, path, query }: Found<Route> & Pick<RequestTarget, 'query'>,
  ): Promise<void> {
    if (query.has('access_token')) response.setHeader('Cache-Control', 'no-store');
    let presentation: Presentation = { type: options.mediaType, indented: false };
    let principal: Principal | undefined;
    let held: Held | undefined;
    const enter = once(options.enter);
    const attempt = async (sender: Principal): Promise<Reply> => {
      principal = admitted(sender, route, notes);
      held = await enter(sender, request, response);
      presentation = codedFor(request, negotiate(request, options.mediaType), options.compresses);
      const known = { principal: sender, held, notes };
      const { body, nextTurn } = (await route.readBody?.(request, response, known)) ?? NO_BODY;
      const parts = { path, query: parametersOf(query, route.names), headers: request.headers, body };
      await checkParts(route, parts, nextTurn);
      return route.handle(operationRequest(parts, { ...known, nextTurn, inner: innerTo(sender, notes) }));
    };
    const reply = await orErrorReply(notes, () =>
      onceProven(options, { request, notes, secret: secretOf(request, query, route.byQuery) }, attempt),
    );
    const checked = await options.checkResponse(api, route.operation, reply, notes, principal);
    await sendReply(response, presentation, checked, held);
  }

  const innerTo = (principal: Principal, notes: RequestNotes): InnerOperations =>
    innerOperations({
      find,
      firstSegments,
      prepareBody: (operationId, body) => options.prepareBody(operationId, body, principal, notes),
    });

  return (request, response, next) => {
    answer(request, response, notesOf(response))
      .catch((error: unknown) => {
        if (!(error instanceof ScimError)) throw error;
        return sendReply(response, { type: options.mediaType, indented: false }, errorReply(error, notesOf(response)));
      })
      .catch(next);
  };
}

/** A request without a body does not wait for others. */
const NO_BODY = { body: undefined, nextTurn: (): undefined => undefined };

/** A request that begins again was admitted already, or is refused as before: it takes its share and counts once. */
function once(enter: Entrance): Entrance {
  let entered: ReturnType<Entrance> | undefined;
  return (...request) => (entered ??= enter(...request));
}

/** @throws ScimError 403 for a token that may not do this */
function admitted(sender: Principal, { scope, role }: Route, notes: RequestNotes): Principal {
  if (sender.kind === 'tenant') notes.tenantId = sender.tenant.id;
  checkScope(sender, scope);
  checkRole(sender, role);
  return sender;
}

/** In a turn of its own. @throws ScimError 400 for what the document does not allow */
async function checkParts(
  { id, validate }: Route,
  parts: RequestParts,
  nextTurn: OperationRequest['nextTurn'],
): Promise<void> {
  await nextTurn();
  const errors = validate(parts);
  if (errors.length > 0) throw validationError(id, errors);
  await nextTurn();
}

/** Answers a request once its sender is proven. Where its token is remembered, what the operation does proves it. */
async function onceProven(
  { recall, authenticate }: Pick<RouterOptions, 'recall' | 'authenticate'>,
  { request, notes, secret }: { request: IncomingMessage; notes: RequestNotes; secret: string },
  attempt: (sender: Principal) => Promise<Reply>,
): Promise<Reply> {
  const remembered = await recall?.(secret, notes.operationId ?? '');
  const reply = remembered === undefined ? 'stale' : await ifProven(remembered, () => attempt(remembered));
  if (reply !== 'stale') return reply;
  forgetAttempt(notes);
  return attempt(await authenticate(secret, request));
}

/**
 * The outcome for a sender who is remembered; `stale` where nothing has proven it, so that nothing of the outcome may be told,
 * a refusal included unless it is 503: the token is looked up, and the request begins again.
 */
async function ifProven(principal: Principal, work: () => Promise<Reply>): Promise<Reply | 'stale'> {
  try {
    const reply = await work();
    return isUnproven(principal) ? 'stale' : reply;
  } catch (error) {
    if (isUnproven(principal) && !isUnavailable(error)) return 'stale';
    throw error;
  }
}

/** A server that is busy, or whose database is unavailable, tells every sender: asking it again would take as long again. */
const isUnavailable = (error: unknown): boolean => error instanceof ScimError && error.status === 503;

function routeOf(
  operation: Operation,
  options: RouterOptions,
  validators: Parameters<typeof requestValidation>[1],
): Route {
  const id = idOf(operation);
  return {
    id,
    operation,
    names: byLowerCase(parameterNames(operation)),
    scope: scopeOf(operation),
    role: roleOf(operation),
    byQuery: 'x-access-token-query' in operation,
    readBody: bodyOf(options, operation),
    validate: requestValidation(operation, validators),
    handle: options.handlers[id] as Route['handle'],
  };
}

/** The document gives an operation its scope as `x-scope`; where it forgets to, the operation needs the most. */
function scopeOf(operation: Operation): string {
  const scope: unknown = 'x-scope' in operation ? operation['x-scope'] : undefined;
  return typeof scope === 'string' ? scope : 'scim.write';
}

/** The document gives an operation its role as `x-role`; where it forgets to, the operation needs the highest. */
function roleOf(operation: Operation): Role {
  const role: unknown = 'x-role' in operation ? operation['x-role'] : undefined;
  return ROLES.find((one) => one === role) ?? 'admin';
}

/**
 * A client error becomes an answer here, so that it is checked against the document like any other answer. The cause of an error,
 * such as an unavailable database, is noted for the log.
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

/** A validated request as its handler takes it. The document has the types of what its operation is sent. */
function operationRequest(
  { path, query, headers, body }: RequestParts,
  known: Pick<OperationRequest, 'principal' | 'notes' | 'held' | 'nextTurn' | 'inner'>,
): OperationRequest {
  return {
    ...known,
    path: path as never,
    query: query as never,
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    body: body as never,
    json: body ?? {},
  };
}

function checkHandlers(operations: readonly Operation[], { handlers, document }: RouterOptions): void {
  const documented = new Set(operations.map(idOf));
  for (const id of documented) {
    if (!Object.hasOwn(handlers, id)) throw new Error(`openapi/${document.name}.yaml: operation ${id} has no handler`);
  }
  for (const id of Object.keys(handlers)) {
    if (!documented.has(id)) throw new Error(`handler ${id} has no operation in openapi/${document.name}.yaml`);
  }
}
