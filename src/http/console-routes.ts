import { randomBytes } from 'node:crypto';
import { Router, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { createCheck } from '../console/check/check.js';
import { createConsole } from '../console/console.js';
import { createOpenIdSignIn } from '../console/openid/sign-in-with-entra.js';
import { createSetup } from '../console/setup/setup.js';
import type { ConsoleParts } from '../console/visit.js';
import type { AuthenticateRequest } from './authentication.js';
import { checkBeforeScim, checkRoutes } from './check-routes.js';
import { pages } from './page-request.js';
import { TokenBuckets } from './traffic/token-buckets.js';
import type { Traffic } from './traffic/traffic.js';

/** Failed attempts to sign in from one address: five at once, and one more every twelve seconds. */
const SIGN_INS = { perSecond: 5 / 60, burst: 5 };

/** What the console gets from the HTTP side. */
export interface ConsoleMount extends Pick<
  ConsoleParts,
  'storage' | 'tenancy' | 'schemas' | 'synchronization' | 'adminTokens'
> {
  readonly config: Config;
  readonly logger: Logger;
  readonly traffic: Traffic;
  /** Ends the streams of events: the server is about to stop. */
  readonly stopping: AbortSignal;
  /** Authenticates secret tokens, for the check in the browser. */
  readonly authenticate: AuthenticateRequest;
}

/** What serves people with pages. */
export interface ConsoleRoutes {
  /** Goes before the SCIM endpoint; see check-routes.ts. */
  readonly beforeScim: RequestHandler;
  /** Serves `/admin`, except for the admin API, `/setup` and `/check`. */
  readonly pages: RequestHandler;
}

/** Serves the pages for people: reads requests for them from HTTP and writes their answers. */
export function consoleRoutes(mount: ConsoleMount): ConsoleRoutes {
  const check = createCheck({ ...mount, now: () => new Date(), randomBytes, publicUrl: mount.config.publicUrl });
  const { authenticate, traffic } = mount;
  return {
    beforeScim: checkBeforeScim({ check, authenticate, enter: traffic.enter }),
    pages: Router().use('/admin', adminPages(mount)).use('/setup', setupPages(mount)).use(checkRoutes(check)),
  };
}

function adminPages({ config, logger, traffic, stopping, ...useCases }: ConsoleMount): RequestHandler {
  const attempts = new TokenBuckets();
  const now = (): Date => new Date();
  const answer = createConsole({
    ...useCases,
    stopping,
    now,
    randomBytes,
    adminToken: config.adminToken,
    openId: config.openId && createOpenIdSignIn(config.openId, config.publicUrl, now),
    publicUrl: config.publicUrl,
    settings: settingsOf(config),
    attempts: {
      wait: (address) => attempts.wait(address, SIGN_INS),
      failed: (address) => {
        attempts.take(address, SIGN_INS);
      },
    },
    onFault: faultsTo(logger),
  });
  return pages(answer, (request) => traffic.addressOf(request), traffic.room);
}

function setupPages({ config, logger, traffic, storage, tenancy }: ConsoleMount): RequestHandler {
  const { publicUrl } = config;
  const answer = createSetup({ storage, tenancy, publicUrl, now: () => new Date(), onFault: faultsTo(logger) });
  return pages(answer, (request) => traffic.addressOf(request));
}

const faultsTo =
  (logger: Logger): ConsoleParts['onFault'] =>
  (error, requestId) => {
    logger.error({ requestId, err: error }, 'fault');
  };

/** What the page about the server's health says of how it runs. */
const settingsOf = ({ databaseUrl, publicUrl, openId, sync, traffic, alerts }: Config): ConsoleParts['settings'] => ({
  'Kind of database': databaseUrl.startsWith('sqlite:') ? 'SQLite' : 'PostgreSQL',
  'Public address': publicUrl,
  'People sign in with':
    openId === undefined
      ? 'admin tokens'
      : `Entra, tenant ${openId.entraTenantId}${openId.only ? '' : ', or admin tokens'}`,
  'Plans are applied to': sync.backend.kind === 'file' ? 'files' : 'the backend, over HTTP',
  'Alerts are sent to': alerts.webhook === undefined ? 'nobody: no webhook is set' : new URL(alerts.webhook.url).host,
  'Requests a second of one company': traffic.rate === 'off' ? 'any' : `${traffic.rate.perSecond}`,
});
