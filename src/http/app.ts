import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, {
  type ErrorRequestHandler,
  type Express,
  type NextFunction,
  type Request,
  type Response,
} from 'express';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { notFound } from '../protocol/scim-error.js';
import type { ConsoleRoutes } from './console-routes.js';
import { beginAnswer, notesOf, setCommonHeaders, type Serve } from './traffic/exchange.js';
import type { Metrics } from './metrics.js';
import { requestLog, type OnAnswered } from './request-log.js';
import { asScimError, errorReply } from './router/error-response.js';
import { MOST_PATH } from './router/request-target.js';
import { sendReply, type Presentation } from './router/send-reply.js';

/** The answer to administrators who enter another address in Entra, such as one that ends in /scim/v2. */
export const WRONG_TENANT_URL =
  'There is nothing at this address. The Tenant URL ends in /scim, with nothing after it; /docs lists the addresses below it.';

/** The parts of the application, each serving its part of the address space. */
export interface AppParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Told of each request that has ended. */
  readonly onAnswered?: OnAnswered;
  /** Resolves when the database answers. */
  readonly ping: () => Promise<void>;
  readonly scim: Serve;
  readonly admin: RequestHandler;
  readonly documents: RequestHandler;
  /** Serves `/oauth/token`. */
  readonly oauth?: RequestHandler;
  readonly console: ConsoleRoutes;
}

const ignore = (): void => undefined;

/**
 * The application: says which router serves which part of the address space. What SCIM clients send goes to its router at once,
 * since Express changes the prototype of every request and answer, which costs more than all that it does for them. Express
 * serves everything else, and what browsers and odd targets ask of SCIM.
 */
export function createApp(parts: AppParts): RequestListener {
  const { logger, metrics, onAnswered = ignore, scim } = parts;
  const begin = requestLog(logger, metrics, onAnswered);
  const common = securityHeaders();
  const others = createExpress(parts);
  const fail = errorReplies(logger, 'application/scim+json');
  return (request, response) => {
    request.url = singleSlashes(request.url ?? '/');
    const notes = begin(request, response);
    beginAnswer(response, { notes, headers: ['X-Request-Id', notes.requestId, ...common] });
    if (!isForScim(request)) {
      setCommonHeaders(response);
      others(request, response);
      return;
    }
    request.url = belowScim(request.url);
    scim(request, response, (error) => {
      fail(error ?? notFound(WRONG_TENANT_URL), response, () => request.socket.destroy());
    });
  };
}

function createExpress({ logger, metrics, ping, scim, admin, documents, oauth, console }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use('/scim', console.beforeScim, scim);
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', (_request, response, next) => {
    ping().then(() => response.json({ status: 'ok' }), next);
  });
  app.get('/metrics', metrics.route);
  if (oauth !== undefined) app.use(oauth);
  app.use(documents);
  app.use('/admin/api', admin, errorHandler(logger, 'application/json'));
  app.use(console.pages);
  app.use((_request: Request, _response: Response, next: NextFunction) => {
    next(notFound(WRONG_TENANT_URL));
  });
  app.use(errorHandler(logger, 'application/scim+json'));
  return app;
}

const SCIM = '/scim';

/** Whether a request goes to the SCIM router without Express: its target is plain, and no browser sends it. */
function isForScim({ url = '', headers }: IncomingMessage): boolean {
  if (url.slice(0, SCIM.length).toLowerCase() !== SCIM) return false;
  const next = url.charAt(SCIM.length);
  return (next === '/' || next === '?' || next === '') && headers.accept?.includes('text/html') !== true;
}

/** The target below `/scim`, as Express gives it to what is mounted there. */
function belowScim(url: string): string {
  const rest = url.slice(SCIM.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Tenant URLs are handed out with and without a slash at the end, so that requests come with two: they are one. */
function singleSlashes(url: string): string {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  if (path.length > MOST_PATH || !path.includes('//')) return url;
  return path.replace(/\/{2,}/gu, '/') + url.slice(path.length);
}

/** No answer may be framed, sniffed, or leak its address in a Referer header. helmet is asked once: its headers never change. */
function securityHeaders(): readonly string[] {
  const headers = new Map<string, string>();
  const collecting = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  const set = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    referrerPolicy: { policy: 'no-referrer' },
  });
  set({} as IncomingMessage, collecting as unknown as ServerResponse, (error) => {
    if (error instanceof Error) throw error;
  });
  return [...headers].flat();
}

/** The one place where a thrown value becomes an answer; `abandon` is for answers that have begun. */
function errorReplies(logger: Logger, type: Presentation['type']) {
  return (error: unknown, response: ServerResponse, abandon: (error: unknown) => void): void => {
    const notes = notesOf(response);
    const known = asScimError(error);
    const fault = known === error ? known.cause : error;
    if (fault !== undefined) logger.error({ requestId: notes.requestId, err: fault }, 'fault');
    if (response.headersSent) {
      abandon(error);
      return;
    }
    sendReply(response, { type, indented: false }, errorReply(error, notes)).catch(abandon);
  };
}

function errorHandler(logger: Logger, type: Presentation['type']): ErrorRequestHandler {
  const fail = errorReplies(logger, type);
  return (error: unknown, _request: Request, response: Response, next: NextFunction) => {
    fail(error, response, next);
  };
}
