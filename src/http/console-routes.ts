import { randomBytes } from 'node:crypto';
import { Router, type Request, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { createCheck } from '../console/check/check.js';
import { createConsole } from '../console/console.js';
import type { ConsoleRequest } from '../console/request.js';
import type { ConsoleParts } from '../console/visit.js';
import { ScimError } from '../protocol/scim-error.js';
import type { AuthenticateRequest } from './authentication.js';
import { checkBeforeScim, checkRoutes } from './check-routes.js';
import type { RequestNotes } from './router/operation.js';
import { TokenBuckets } from './traffic/token-buckets.js';
import type { Traffic } from './traffic/traffic.js';

/** Bytes of a form; the longest has a name, a reason and a few ids. */
const MOST_FORM = 65_536;

/** Failed attempts to sign in from one address: five at once, and one more every twelve seconds. */
const SIGN_INS = { perSecond: 5 / 60, burst: 5 };

/** What the console gets from the HTTP side. */
export interface ConsoleMount extends Pick<ConsoleParts, 'storage' | 'tenancy' | 'schemas' | 'synchronization'> {
  readonly config: Config;
  readonly logger: Logger;
  readonly traffic: Traffic;
  /** Authenticates secret tokens, for the check in the browser. */
  readonly authenticate: AuthenticateRequest;
}

/** What serves people with pages. */
export interface ConsoleRoutes {
  /** Goes before the SCIM endpoint; see check-routes.ts. */
  readonly beforeScim: RequestHandler;
  /** Serves `/admin`, except for the admin API, and `/check`. */
  readonly pages: RequestHandler;
}

/** Serves the pages for people: reads requests for them from HTTP and writes their answers. */
export function consoleRoutes(mount: ConsoleMount): ConsoleRoutes {
  const check = createCheck({ ...mount, now: () => new Date(), randomBytes, publicUrl: mount.config.publicUrl });
  const { authenticate, traffic } = mount;
  return {
    beforeScim: checkBeforeScim({ check, authenticate, enter: traffic.enter }),
    pages: Router().use('/admin', adminPages(mount)).use(checkRoutes(check)),
  };
}

function adminPages({ config, logger, traffic, ...useCases }: ConsoleMount): RequestHandler {
  const attempts = new TokenBuckets();
  const answer = createConsole({
    ...useCases,
    now: () => new Date(),
    randomBytes,
    adminToken: config.adminToken,
    publicUrl: config.publicUrl,
    settings: settingsOf(config),
    attempts: {
      wait: (address) => attempts.wait(address, SIGN_INS),
      failed: (address) => {
        attempts.take(address, SIGN_INS);
      },
    },
    onFault: (error, requestId) => {
      logger.error({ requestId, err: error }, 'fault');
    },
  });
  return (request, response, next) => {
    const notes = response.locals['notes'] as RequestNotes;
    const answered = async (): Promise<void> => {
      const { status, headers, body, operation } = await answer({
        ...asked(request, notes.requestId, traffic.addressOf(request)),
        form: new URLSearchParams(request.method === 'POST' ? await textOf(request) : ''),
      });
      notes.operationId = operation;
      response.status(status).set(headers).end(body);
    };
    answered().catch(next);
  };
}

/** What the page about the server's health says of how it runs. */
const settingsOf = ({ databaseUrl, publicUrl, sync, traffic }: Config): ConsoleParts['settings'] => ({
  'Kind of database': databaseUrl.startsWith('sqlite:') ? 'SQLite' : 'PostgreSQL',
  'Public address': publicUrl,
  'Plans are applied to': sync.backend.kind === 'file' ? 'files' : 'the backend, over HTTP',
  'Requests a second of one company': traffic.rate === 'off' ? 'any' : `${traffic.rate.perSecond}`,
});

function asked(request: Request, requestId: string, address: string): Omit<ConsoleRequest, 'form'> {
  const mark = request.url.indexOf('?');
  const { cookie, host, origin, 'sec-fetch-site': site } = request.headers;
  return {
    method: request.method,
    path: mark < 0 ? request.url : request.url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : request.url.slice(mark)),
    headers: { cookie, host, origin, 'sec-fetch-site': typeof site === 'string' ? site : undefined },
    address,
    requestId,
  };
}

/** @throws ScimError 413 for a form that is too long */
async function textOf(request: Request): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MOST_FORM) throw new ScimError(413, 'The form is too long.', { headers: { Connection: 'close' } });
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
