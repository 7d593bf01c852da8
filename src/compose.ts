import { randomBytes } from 'node:crypto';
import { pino, type Logger } from 'pino';
import { v7 as newId } from 'uuid';
import { adminTokensOn } from './access/on-storage.js';
import { eraseImports, keepActivity, keepRunsGoing, logged, shrinkOldPlans, watchCompanies } from './background.js';
import type { Config } from './config.js';
import { createHttp } from './http/create-http.js';
import { listen } from './http/listen.js';
import { trustedProxies } from './http/traffic/client-address.js';
import { tellOthers } from './http/traffic/telling.js';
import { createTraffic } from './http/traffic/traffic.js';
import type { EntraRule } from './protocol/entra/rule.js';
import { ENTRA_RULES } from './protocol/entra/rules.js';
import { createSchemaRegistry, type SchemaRegistry } from './provisioning/schemas/registry.js';
import type { Provisioning } from './provisioning/scope.js';
import { parseDatabaseUrl } from './storage/sql/connections/database-url.js';
import { openStorage } from './storage/sql/open-storage.js';
import type { Storage } from './storage/storage.js';
import { createBackend } from './sync/backends/create-backend.js';
import { createSynchronization, type StoppableSynchronization } from './sync/create-synchronization.js';
import { RUN_TUNING } from './sync/run/running.js';
import { tokenAuthentication } from './tenants/authenticate-token.js';
import { createGrant, type ClientCredentialsGrant } from './tenants/oauth/grant.js';
import { createIssuerKeys } from './tenants/oauth/issuer-keys.js';
import { createTenancy, type Tenancy } from './tenants/tenants.js';

/** Why no server starts with a configuration that can be read; opens and reaches nothing. */
export function unusable({ databaseUrl, traffic }: Config): readonly string[] {
  const reads = [() => parseDatabaseUrl(databaseUrl), () => trustedProxies(traffic.trustedProxies)];
  return reads.flatMap((read) => {
    try {
      read();
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}

/** What commands work with: the migrated database and the use cases on it. */
export interface Services {
  readonly storage: Storage;
  readonly tenancy: Tenancy;
  readonly schemas: SchemaRegistry;
  readonly synchronization: StoppableSynchronization;
  readonly adminTokens: ReturnType<typeof adminTokensOn>;
  /** Lets go of active runs, which another process can resume, and closes the database. */
  close(): Promise<void>;
}

/** A server that accepts requests. */
export interface RunningServer {
  /** The origin on which it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly tenancy: Tenancy;
  /** Resolves when what has been answered so far is in the activity log. */
  readonly flushActivity: () => Promise<void>;
  /** Says on `/readyz` for DRAIN_MS that it will stop; finishes the requests in progress, rolls back and cuts off those left after 4 s, and closes the database. */
  stop(): Promise<void>;
}

/** Milliseconds for requests in progress to finish when the server stops. */
const GRACE = 4_000;

/** How the database is opened. */
interface OpenOptions {
  /** Whether a missing file of SQLite is created. */
  readonly create?: boolean;
  /** Called with errors in a run, in addition to whoever waits for the run. */
  readonly onFault?: (error: unknown) => void;
}

/**
 * Opens the database, brings its schema up to date, and creates the use cases on it.
 * @throws Error if a file of SQLite is missing that is not to be created
 */
export async function openServices(config: Config, { create = false, onFault }: OpenOptions = {}): Promise<Services> {
  const storage = await openStorage({
    databaseUrl: config.databaseUrl,
    queryTimeoutMs: config.queryTimeout,
    writeTimeoutMs: config.writeTimeout,
    poolSize: config.poolSize,
    preparedStatements: config.preparedStatements,
    isPooled: config.isPooled,
    baseUrl: `${config.publicUrl}/scim`,
    create,
  });
  await storage.migrate();
  return servicesOn(storage, config, onFault);
}

/** The use cases on a database that is open and up to date; their `close` closes it. */
export function servicesOn(storage: Storage, config: Config, onFault?: (error: unknown) => void): Services {
  const synchronization = createSynchronization({
    storage,
    backend: createBackend(config.sync.backend, storage.tenants),
    now: () => new Date(),
    newId: () => newId(),
    tuning: { ...RUN_TUNING, concurrency: config.sync.concurrency },
    ...(onFault === undefined ? {} : { onFault }),
  });
  const tenancy = createTenancy({
    store: storage.tenants,
    setupLinks: storage.setupLinks,
    oauth: storage.oauth,
    now: () => new Date(),
    newId: () => newId(),
    randomBytes,
    publicUrl: config.publicUrl,
    allowsPrivateIssuers: config.oauth.allowsPrivateIssuers,
    stopRun: (tenantId) => synchronization.stopRun(tenantId),
  });
  const schemas = createSchemaRegistry({
    storage,
    now: () => new Date(),
    newId: () => newId(),
    findTenant: (tenantId) => tenancy.getTenant(tenantId),
  });
  const close = async (): Promise<void> => {
    await synchronization.stop();
    await storage.close();
  };
  return { storage, tenancy, schemas, synchronization, adminTokens: adminTokensOn(storage, config), close };
}

/**
 * Starts the server: the one composition root of command line, tests and production.
 * @param rules the dialect rules that are accepted; only tests leave any out
 */
export async function startServer(
  config: Config,
  logger: Logger = pino({ level: config.logLevel }),
  rules: readonly EntraRule[] = ENTRA_RULES,
): Promise<RunningServer> {
  const onFault = (error: unknown): void => {
    logger.error({ err: error }, 'a run was interrupted');
  };
  const services = await openServices(config, { create: true, onFault });
  try {
    return await serve(config, logger, services, rules);
  } catch (error) {
    await services.close();
    throw error;
  }
}

/** Starts the server on open services; its `stop` closes them. */
export async function serve(
  config: Config,
  logger: Logger,
  { storage, tenancy, schemas, synchronization }: Services,
  rules: readonly EntraRule[],
): Promise<RunningServer> {
  const onError = logged(logger, 'last use of a token not noted');
  const authentication = tokenAuthentication({ store: storage.tenants, now: () => new Date(), onError });
  const adminTokens = adminTokensOn(storage, config, onError);
  const traffic = createTraffic(config.traffic);
  const activity = keepActivity(storage, logger);
  let isLeaving = false;
  const stopping = new AbortController();
  const app = await createHttp({
    traffic,
    recorder: activity.recorder,
    config,
    logger,
    provisioning: provisioningOn(storage, config, rules),
    tenancy,
    schemas,
    synchronization,
    authenticateToken: authentication.authenticate,
    recallToken: authentication.recall,
    grant: grantOn(storage, config),
    isLeaving: () => isLeaving,
    stopping: stopping.signal,
    adminTokens,
  });
  const listening = await listen(app, config);
  const { address, family, port } = listening.address;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  logger.info({ url, publicUrl: config.publicUrl }, 'listening');
  const telling = await tellOthers(storage.processes, traffic.rates, {
    processId: newId(),
    onError: logged(logger, 'the rates of tenants not shared with the other processes'),
  });
  const stopWatching = keepRunsGoing(synchronization, logger);
  const leaveRuns = (): Promise<void> =>
    stopWatching()
      .then(() => synchronization.stop())
      .then(() => telling.stop());
  const stopErasing = eraseImports(storage, logger);
  const stopShrinking = shrinkOldPlans(storage, config, logger);
  const stopLooking = watchCompanies(storage, config, logger);
  const settled = (): Promise<unknown> =>
    Promise.all([
      ...[authentication.settled(), adminTokens.settled(), activity.stop()],
      ...[stopErasing(), stopShrinking(), stopLooking()],
    ]);
  return {
    ...{ url, tenancy, flushActivity: () => activity.recorder.flush() },
    stop: async () => {
      isLeaving = true;
      await passOver(config, logger);
      stopping.abort();
      await stop(listening, storage, { leaveRuns, settled });
    },
  };
}

function provisioningOn(storage: Storage, { publicUrl, limits }: Config, rules: readonly EntraRule[]): Provisioning {
  return { storage, rules, limits, now: () => new Date(), newId: () => newId(), baseUrl: `${publicUrl}/scim` };
}

/** Waits while load balancers find out that the server will stop. */
async function passOver({ drain }: Config, logger: Logger): Promise<void> {
  if (drain === 0) return;
  logger.info({ milliseconds: drain }, 'about to stop');
  await after(drain);
}

/** What gives OAuth clients their access tokens. */
const grantOn = (storage: Storage, { publicUrl, oauth }: Config): ClientCredentialsGrant =>
  createGrant({
    store: storage.oauth,
    now: () => new Date(),
    newId: () => newId(),
    randomBytes,
    publicUrl,
    keys: createIssuerKeys(oauth.allowsPrivateIssuers),
    lifetime: oauth.lifetime,
  });

async function stop(
  listening: Awaited<ReturnType<typeof listen>>,
  storage: Storage,
  { leaveRuns, settled }: { leaveRuns: () => Promise<void>; settled: () => Promise<unknown> },
): Promise<void> {
  const drained = Promise.all([listening.drain(), leaveRuns()]);
  const inTime = await Promise.race([drained.then(() => true), after(GRACE).then(() => false)]);
  if (inTime) {
    await Promise.race([settled(), after(GRACE)]);
    await storage.close();
    return;
  }
  await storage.close({ cut: true });
  listening.cut();
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
