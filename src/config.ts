import type { RateLimit } from './model/tenant.js';
import { DEFAULT_FILTER_LIMITS, type FilterLimits } from './protocol/filter/tree.js';
import { Environment, oneOf, origin, wholeNumber, type Setting, type Variables } from './environment.js';
import {
  adminToken,
  backendUrl,
  openIdOf,
  rateLimit,
  required,
  webhookSecrets,
  webhookUrl,
  type OpenIdConfig,
} from './setting-forms.js';

/** The limits of a request; docs/operating.md lists the variables. */
export interface Limits {
  /** Bytes of a request body. */
  readonly body: number;
  /** Bytes of the body of a request on /Groups, whose member lists are long. */
  readonly groupBody: number;
  /** Levels of objects and arrays in a JSON body. */
  readonly jsonDepth: number;
  readonly filter: FilterLimits;
  readonly patchOperations: number;
  /** Operations of a bulk request. */
  readonly bulkOperations: number;
  /** Bytes of the body of a bulk request; published as `maxPayloadSize`. */
  readonly bulkBody: number;
  /** Resources on a page: if `count` is absent, and at most. */
  readonly defaultPage: number;
  readonly maxPage: number;
  /** Bytes of a page, past which it has no further resource. */
  readonly pageBytes: number;
}

/** How much may come in and go out at a time; docs/operating.md names the variables. */
export interface TrafficLimits {
  /** Requests of a tenant that has no rate of its own. */
  readonly rate: RateLimit | 'off';
  /** Requests of one address that fail to authenticate. */
  readonly failures: RateLimit | 'off';
  /** Addresses and networks of the proxies in front. */
  readonly trustedProxies: readonly string[];
  readonly connections: number;
  readonly connectionsOfAddress: number;
  /** Milliseconds that a client may take for a piece of an answer. */
  readonly answerTimeout: number;
  /** Bytes of requests and answers under way. */
  readonly memory: number;
}

/** How reviewed accounts are sent to the FlexWhere backend. */
interface SyncConfig {
  readonly backend:
    | { readonly kind: 'file'; /** The folder in which each tenant has one. */ readonly exportDir: string }
    | {
        readonly kind: 'http';
        /** Without a trailing slash. */
        readonly url: string;
        /** One or more secrets of Standard Webhooks, separated by spaces. */
        readonly secret: string;
        /** Milliseconds that one answer may take. */
        readonly timeoutMs: number;
        /** Maximum number of attempts to send one request. */
        readonly attempts: number;
        /** Milliseconds without any success after which a run pauses. */
        readonly giveUpMs: number;
      };
  /** How many batches of a run are sent at the same time, and how many days the lines of a plan are kept that has ended. */
  readonly concurrency: number;
  readonly retentionDays: number;
}

/** What `config check` says. */
export interface CheckedConfig {
  /** In the order in which they are read. */
  readonly settings: readonly Setting[];
  readonly problems: readonly string[];
}

/** The server's configuration, read once at start. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** `sqlite:PATH`, or `postgres://…`. */
  readonly databaseUrl: string;
  /** The origin under which clients reach the server, without a trailing slash. */
  readonly publicUrl: string;
  /** Whether PUBLIC_URL says so; without it, `publicUrl` is an address of this machine. */
  readonly isPublicUrlGiven: boolean;
  /** The operator's secret for /admin/api; when unset, the admin API is disabled. */
  readonly adminToken: string | undefined;
  /** How people sign in to the console with Entra; undefined where they do not. */
  readonly openId: OpenIdConfig | undefined;
  readonly logLevel: string;
  /** Milliseconds that one statement of a list may take. */
  readonly queryTimeout: number;
  /** Milliseconds that one write may hold SQLite's writer, or a statement of it may take on PostgreSQL. */
  readonly writeTimeout: number;
  /** How many connections to PostgreSQL units of work use, and how many lookups. */
  readonly poolSize: number;
  /** Milliseconds that a connection stays open without a request. */
  readonly keepAlive: number;
  /** Milliseconds for which `/readyz` says that the server is about to stop, before it does. */
  readonly drain: number;
  /** Whether PostgreSQL is behind a pooler in transaction mode. */
  readonly isPooled: boolean;
  /** Whether PostgreSQL keeps statements prepared, which a pooler in transaction mode mixes up. */
  readonly preparedStatements: boolean;
  /** Whether long answers are compressed for clients that take them so. */
  readonly compression: boolean;
  /** Whether answers are checked against the published documents before they are sent. */
  readonly validateResponses: 'enforce' | 'log' | 'off';
  readonly limits: Limits;
  readonly traffic: TrafficLimits;
  readonly sync: SyncConfig;
  /** What `backend check` sends requests to and signs them with, whatever SYNC_BACKEND is. */
  readonly receiver: {
    readonly url: string | undefined;
    readonly secret: string | undefined;
    readonly timeoutMs: number;
  };
  readonly alerts: {
    /** The share of a tenant's requests, in percent, from which on refusals are an alert. */
    readonly refusalPercent: number;
    /** What is told of alerts; undefined where nothing is. */
    readonly webhook: { readonly url: string; readonly secret: string } | undefined;
  };
  readonly oauth: {
    /** Seconds for which an access token is valid. */
    readonly lifetime: number;
    /** Whether issuers of assertions may be at http, and at addresses that are not on the internet. */
    readonly allowsPrivateIssuers: boolean;
  };
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const CHECKS = ['enforce', 'log', 'off'] as const;

/**
 * Reads the configuration from the environment; no other file does.
 * @throws Error that names a variable with an invalid value
 */
export function readConfig(variables: Variables = process.env): Config {
  return configOf(new Environment(variables));
}

/**
 * What each setting is and where it comes from, and what is wrong: every variable that cannot be read, not the first alone. A
 * setting that cannot be read is shown with its default.
 * @param unusable says which settings can be read, but nothing can be started with
 */
export function checkConfig(
  unusable: (config: Config) => readonly string[],
  variables: Variables = process.env,
): CheckedConfig {
  const problems: string[] = [];
  let left = variables;
  for (;;) {
    const environment = new Environment(left);
    try {
      const config = configOf(environment);
      return { settings: environment.settings(), problems: [...problems, ...unusable(config)] };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      problems.push(problem);
      const wrong = Object.keys(left).filter((name) => left[name] !== undefined && isAbout(problem, name));
      // What is missing is missing because of this one.
      const dropped = wrong.length > 0 ? wrong : ['SYNC_BACKEND'];
      if (dropped.every((name) => left[name] === undefined)) return { settings: environment.settings(), problems };
      left = { ...left, ...Object.fromEntries(dropped.map((name) => [name, undefined])) };
    }
  }
}

/** The settings of OpenID Connect only work together: without one of them, each other one would be a problem as well. */
const isAbout = (problem: string, name: string): boolean =>
  name.startsWith('OIDC_') ? problem.startsWith('OIDC_') : problem.startsWith(`${name} `);

function configOf(environment: Environment): Config {
  const port = wholeNumber(environment, 'PORT', 8080, 0, MOST_PORT);
  const host = environment.text('HOST', '127.0.0.1');
  const production = environment.text('NODE_ENV', 'development') === 'production';
  return {
    port,
    host,
    databaseUrl: environment.text('DATABASE_URL', 'sqlite:./data/flexwhere-scim.sqlite'),
    publicUrl: origin(
      'PUBLIC_URL',
      environment.text('PUBLIC_URL', `http://${host.includes(':') ? `[${host}]` : host}:${port}`),
    ),
    isPublicUrlGiven: environment.given('PUBLIC_URL') !== undefined,
    ...{ adminToken: adminToken(environment), openId: openIdOf(environment, environment.given('PUBLIC_URL')) },
    logLevel: oneOf(environment, 'LOG_LEVEL', 'info', LOG_LEVELS),
    queryTimeout: wholeNumber(environment, 'QUERY_TIMEOUT_MS', 5_000, 1),
    writeTimeout: wholeNumber(environment, 'WRITE_TIMEOUT_MS', 2_000, 1),
    poolSize: wholeNumber(environment, 'DATABASE_POOL_SIZE', 10, 1, 1_000),
    keepAlive: wholeNumber(environment, 'KEEP_ALIVE_TIMEOUT_MS', 75_000, 1_000, MOST_KEEP_ALIVE),
    drain: wholeNumber(environment, 'DRAIN_MS', 0, 0, MOST_DRAIN),
    ...poolerOf(environment),
    compression: oneOf(environment, 'COMPRESSION', 'off', ['on', 'off']) === 'on',
    validateResponses: oneOf(environment, 'VALIDATE_RESPONSES', production ? 'off' : 'enforce', CHECKS),
    limits: {
      body: wholeNumber(environment, 'MAX_BODY_BYTES', 1_048_576, 1),
      groupBody: wholeNumber(environment, 'MAX_GROUP_BODY_BYTES', 4_194_304, 1),
      jsonDepth: wholeNumber(environment, 'MAX_JSON_DEPTH', 40, 1),
      filter: {
        length: wholeNumber(environment, 'MAX_FILTER_LENGTH', DEFAULT_FILTER_LIMITS.length, 1),
        depth: wholeNumber(environment, 'MAX_FILTER_DEPTH', DEFAULT_FILTER_LIMITS.depth, 1),
        terms: wholeNumber(environment, 'MAX_FILTER_TERMS', DEFAULT_FILTER_LIMITS.terms, 1),
      },
      patchOperations: wholeNumber(environment, 'MAX_PATCH_OPERATIONS', 1_000, 1),
      bulkOperations: wholeNumber(environment, 'MAX_BULK_OPERATIONS', 1_000, 1),
      bulkBody: wholeNumber(environment, 'MAX_BULK_BYTES', 1_048_576, 1),
      defaultPage: wholeNumber(environment, 'DEFAULT_PAGE_SIZE', 100, 1),
      maxPage: wholeNumber(environment, 'MAX_PAGE_SIZE', 1_000, 1),
      pageBytes: wholeNumber(environment, 'MAX_PAGE_BYTES', 4_194_304, 1),
    },
    traffic: {
      rate: rateLimit(environment, 'RATE_LIMIT', '100/1000'),
      failures: rateLimit(environment, 'FAILED_AUTHENTICATION_LIMIT', '1/100'),
      trustedProxies: environment
        .text('TRUSTED_PROXIES', '')
        .split(/[\s,]+/u)
        .filter((entry) => entry !== ''),
      connections: wholeNumber(environment, 'MAX_CONNECTIONS', 10_000, 1),
      connectionsOfAddress: wholeNumber(environment, 'MAX_CONNECTIONS_PER_ADDRESS', 1_000, 1),
      answerTimeout: wholeNumber(environment, 'ANSWER_TIMEOUT_MS', 30_000, 1),
      memory: wholeNumber(environment, 'MAX_MEMORY_UNDER_WAY', 100_663_296, 1),
    },
    oauth: oauthOf(environment),
    alerts: alertsOf(environment),
    sync: syncOf(environment),
    receiver: receiverOf(environment),
  };
}

function alertsOf(environment: Environment): Config['alerts'] {
  const refusalPercent = wholeNumber(environment, 'ALERT_REFUSAL_PERCENT', 20, 1, 100);
  const [url, secret] = [environment.given('ALERT_WEBHOOK_URL'), environment.given('ALERT_WEBHOOK_SECRET')];
  if (secret !== undefined) webhookSecrets('ALERT_WEBHOOK_SECRET', secret);
  if (url === undefined) return { refusalPercent, webhook: undefined };
  webhookUrl('ALERT_WEBHOOK_URL', url);
  if (secret === undefined)
    throw new Error('ALERT_WEBHOOK_URL needs a secret that signs what is sent there: set ALERT_WEBHOOK_SECRET');
  return { refusalPercent, webhook: { url, secret } };
}

function poolerOf(environment: Environment): Pick<Config, 'isPooled' | 'preparedStatements'> {
  const isPooled = oneOf(environment, 'DATABASE_POOLER', 'none', ['none', 'transaction']) === 'transaction';
  const prepared = oneOf(environment, 'PREPARED_STATEMENTS', isPooled ? 'off' : 'on', ['on', 'off']);
  return { isPooled, preparedStatements: prepared === 'on' };
}

function oauthOf(environment: Environment): Config['oauth'] {
  return {
    lifetime: wholeNumber(environment, 'OAUTH_TOKEN_SECONDS', 3_600, 60, MOST_TOKEN_SECONDS),
    allowsPrivateIssuers: oneOf(environment, 'OAUTH_PRIVATE_ISSUERS', 'refuse', ['refuse', 'allow']) === 'allow',
  };
}

function syncOf(environment: Environment): SyncConfig {
  return {
    backend: backendOf(environment),
    concurrency: wholeNumber(environment, 'SYNC_CONCURRENCY', 4, 1),
    retentionDays: wholeNumber(environment, 'PLAN_RETENTION_DAYS', 30, 1, 3_650),
  };
}

function backendOf(environment: Environment): SyncConfig['backend'] {
  const kind = oneOf(environment, 'SYNC_BACKEND', 'file', ['file', 'http']);
  if (kind === 'file') return { kind, exportDir: environment.text('SYNC_EXPORT_DIR', './data/export') };
  return {
    kind,
    url: backendUrl('SYNC_BACKEND_URL', required(environment, 'SYNC_BACKEND_URL')),
    secret: webhookSecrets('SYNC_BACKEND_SECRET', required(environment, 'SYNC_BACKEND_SECRET')),
    timeoutMs: wholeNumber(environment, 'SYNC_TIMEOUT_MS', 30_000, 1),
    attempts: wholeNumber(environment, 'SYNC_ATTEMPTS', 6, 1),
    giveUpMs: wholeNumber(environment, 'SYNC_GIVE_UP_MS', 120_000, 1),
  };
}

function receiverOf(environment: Environment): Config['receiver'] {
  const [url, secret] = [environment.given('SYNC_BACKEND_URL'), environment.given('SYNC_BACKEND_SECRET')];
  return {
    url: url === undefined ? undefined : backendUrl('SYNC_BACKEND_URL', url),
    secret: secret === undefined ? undefined : webhookSecrets('SYNC_BACKEND_SECRET', secret),
    timeoutMs: wholeNumber(environment, 'SYNC_TIMEOUT_MS', 30_000, 1),
  };
}

const MOST_PORT = 65_535;
const MOST_KEEP_ALIVE = 3_600_000;
const MOST_DRAIN = 600_000;
/** Six hours, the longest that Entra's gallery takes. */
const MOST_TOKEN_SECONDS = 21_600;
