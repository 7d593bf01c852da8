import type { IncomingMessage, ServerResponse } from 'node:http';
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
import type { Metrics } from './metrics.js';
import { requestLog, type OnAnswered } from './request-log.js';
import { asScimError, errorReply } from './router/error-response.js';
import type { RequestNotes } from './router/operation.js';
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
  readonly scim: RequestHandler;
  readonly admin: RequestHandler;
  readonly documents: RequestHandler;
  /** Serves `/oauth/token`. */
  readonly oauth?: RequestHandler;
  readonly console: ConsoleRoutes;
}

const ignore = (): void => undefined;

/** The Express application: says which router serves which part of the address space. */
export function createApp(parts: AppParts): Express {
  const { logger, metrics, onAnswered = ignore, ping, scim, admin, documents, console } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(singleSlashes);
  app.use(requestLog(logger, metrics, onAnswered));
  app.use(securityHeaders());
  // Express tries one after the other: the routes that are requested most come first.
  app.use('/scim', console.beforeScim, scim);
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', (_request, response, next) => {
    ping().then(() => response.json({ status: 'ok' }), next);
  });
  app.get('/metrics', metrics.route);
  if (parts.oauth !== undefined) app.use(parts.oauth);
  app.use(documents);
  app.use('/admin/api', admin, errorHandler(logger, 'application/json'));
  app.use(console.pages);
  app.use((_request: Request, _response: Response, next: NextFunction) => {
    next(notFound(WRONG_TENANT_URL));
  });
  app.use(errorHandler(logger, 'application/scim+json'));
  return app;
}

/** Tenant URLs are handed out with and without a slash at the end, so that requests come with two: they are one. */
const singleSlashes: RequestHandler = (request, _response, next) => {
  const mark = request.url.indexOf('?');
  const path = mark < 0 ? request.url : request.url.slice(0, mark);
  if (path.length <= MOST_PATH && path.includes('//')) {
    request.url = path.replace(/\/{2,}/gu, '/') + request.url.slice(path.length);
  }
  next();
};

/** No answer may be framed, sniffed, or leak its address in a Referer header. helmet is asked once: its headers never change. */
function securityHeaders(): RequestHandler {
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
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

/** The one place where a thrown value becomes an answer. */
function errorHandler(logger: Logger, type: Presentation['type']): ErrorRequestHandler {
  return (error: unknown, _request: Request, response: Response, next: NextFunction) => {
    const notes = response.locals['notes'] as RequestNotes | undefined;
    const known = asScimError(error);
    const fault = known === error ? known.cause : error;
    if (fault !== undefined) logger.error({ requestId: notes?.requestId, err: fault }, 'fault');
    if (response.headersSent) {
      next(error);
      return;
    }
    sendReply(response, { type, indented: false }, errorReply(error, notes)).catch(next);
  };
}
