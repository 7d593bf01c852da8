import { DEFAULT_FILTER_LIMITS, type FilterLimits } from './protocol/filter/tree.js';

/** What a request may cost; docs/operating.md names the variables. */
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
  /** Bytes of the body of a bulk request, whatever its operations are; also told as `maxPayloadSize`. */
  readonly bulkBody: number;
  /** Resources on a page: where `count` is absent, and at most. */
  readonly defaultPage: number;
  readonly maxPage: number;
}

/** The server's configuration, read once at start. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** `sqlite:PATH`, or `postgres://…`. */
  readonly databaseUrl: string;
  /** The origin under which clients reach the server, without a trailing slash. */
  readonly publicUrl: string;
  /** The operator's secret for /admin/api; unset means that nobody gets in. */
  readonly adminToken: string | undefined;
  readonly logLevel: string;
  /** Milliseconds that one statement of a list may take. */
  readonly queryTimeout: number;
  /** Whether answers are held to the published documents before they are sent: `enforce`, `log` or `off`. */
  readonly validateResponses: 'enforce' | 'log' | 'off';
  readonly limits: Limits;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const CHECKS = ['enforce', 'log', 'off'] as const;

/**
 * Reads the environment; no other file does.
 * @throws Error that names the variable whose value cannot be used.
 */
export function readConfig(environment: Environment = process.env): Config {
  const port = wholeNumber(environment, 'PORT', 8080, 0);
  const host = environment['HOST'] ?? '127.0.0.1';
  const production = environment['NODE_ENV'] === 'production';
  return {
    port,
    host,
    databaseUrl: environment['DATABASE_URL'] ?? 'sqlite:./data/flexwhere-scim.sqlite',
    publicUrl: origin(environment['PUBLIC_URL'] ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`),
    adminToken: environment['ADMIN_TOKEN'] === '' ? undefined : environment['ADMIN_TOKEN'],
    logLevel: oneOf(environment, 'LOG_LEVEL', 'info', LOG_LEVELS),
    queryTimeout: wholeNumber(environment, 'QUERY_TIMEOUT_MS', 5_000, 1),
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
    },
  };
}

function wholeNumber(environment: Environment, name: string, fallback: number, least: number): number {
  const text = environment[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`${name} must be a whole number of ${least} or more; it is "${text}"`);
  }
  return value;
}

function oneOf<T extends string>(environment: Environment, name: string, fallback: T, allowed: readonly T[]): T {
  const text = environment[name] ?? fallback;
  const value = allowed.find((one) => one === text);
  if (value === undefined) throw new Error(`${name} must be one of ${allowed.join(', ')}; it is "${text}"`);
  return value;
}

function origin(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/u.test(new URL(text).protocol)) {
    throw new Error(`PUBLIC_URL must be an http or https address such as https://scim.example.com; it is "${text}"`);
  }
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}
