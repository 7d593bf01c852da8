import type { IncomingMessage } from 'node:http';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { BrowserCheck } from '../console/check/check.js';
import type { ConsoleReply } from '../console/request.js';
import type { Tenant } from '../model/tenant.js';
import { secretOf, type AuthenticateRequest } from './authentication.js';
import { notesOf } from './traffic/exchange.js';
import { MOST_ACCEPT } from './router/send-reply.js';
import type { Entrance } from './traffic/traffic.js';

const JSON_TYPES = ['application/scim+json', 'application/json'];

/** The limits on the check in the browser, as on any request with a secret token. */
export interface CheckMount {
  readonly check: BrowserCheck;
  readonly authenticate: AuthenticateRequest;
  readonly enter: Entrance;
}

/**
 * In front of the SCIM endpoint: a browser that opens `/Users?access_token=…` is led to the page of who has arrived. Whoever
 * asks for JSON, or for anything, is answered by SCIM as always.
 */
export function checkBeforeScim(mount: CheckMount): RequestHandler {
  return (request, response, next) => {
    const query = queryOfBrowser(request);
    if (query === undefined) {
      next();
      return;
    }
    const tenant = async (): Promise<Tenant> => tenantOf(mount, query, request, response);
    mount.check
      .enter(query.get('access_token') ?? '', tenant)
      .then((reply) => {
        send(response, reply);
      })
      .catch(next);
  };
}

async function tenantOf(
  { authenticate, enter }: CheckMount,
  query: URLSearchParams,
  request: IncomingMessage,
  response: Response,
): Promise<Tenant> {
  const principal = await authenticate(secretOf(request, query, true), request);
  if (principal.kind !== 'tenant') throw new Error('a secret token is that of a tenant');
  await enter(principal, request, response);
  return principal.tenant;
}

/** The query of a request that a browser sends for a person; undefined for every other request. */
function queryOfBrowser(request: Request): URLSearchParams | undefined {
  const { method, url, headers } = request;
  if (method !== 'GET' || !url.startsWith('/Users?') || headers.authorization !== undefined) return undefined;
  const { accept = '' } = headers;
  if (!accept.includes('text/html') || accept.length > MOST_ACCEPT) return undefined;
  const query = new URLSearchParams(url.slice('/Users?'.length));
  return query.has('access_token') && request.accepts([...JSON_TYPES, 'text/html']) === 'text/html' ? query : undefined;
}

/** Serves the page itself, at `/check`. */
export function checkRoutes(check: BrowserCheck): RequestHandler {
  const router = Router();
  router.get('/check', (request, response, next) => {
    const mark = request.url.indexOf('?');
    const query = new URLSearchParams(mark < 0 ? '' : request.url.slice(mark));
    const { cookie, host, origin } = request.headers;
    check
      .show({ query, headers: { cookie, host, origin, 'sec-fetch-site': undefined, 'last-event-id': undefined } })
      .then((reply) => {
        send(response, reply);
      })
      .catch(next);
  });
  return router;
}

function send(response: Response, { status, headers, body, operation }: ConsoleReply): void {
  notesOf(response).operationId = operation;
  response.status(status).set(headers).end(body);
}
