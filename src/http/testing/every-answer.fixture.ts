import type { IncomingHttpHeaders } from 'node:http';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';
import { INTERNAL_ERROR } from '../router/error-response.js';

/** An exchange with a test server, whatever it was about. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** What was sent, as text; an answer may repeat it. */
  readonly sent: string;
  /** Secrets that were sent with it. */
  readonly secrets: readonly string[];
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What an answer must not contain, or must: `fault` says what is wrong with one. */
interface Rule {
  readonly name: string;
  /** The answers that it is about; all where left out. */
  readonly of?: (exchange: Exchange) => boolean;
  readonly fault: (exchange: Exchange) => string | undefined;
}

/** Words that come from a database, a parser or Node, which no answer may contain. */
const INNARDS =
  /SQLITE_|sqlite|knex|\bENOENT|\bEACCES|node_modules|\.[cm]?[jt]sx?:\d|Unexpected (?:token|end|non-white)|in JSON at|Unterminated string|Expected property|Cannot (?:read|set) prop|is not a function|is not iterable|\[object |\bNaN\b|syntax error|duplicate key|violates|constraint failed|no such (?:table|column)|relation "|\bselect .+ from\b|insert into|delete from|\/(?:tmp|home|work|usr|src|dist)\//iu;

/** Why a backend cannot be reached is for operators to read. */
const NETWORK = /\bE(?:CONN|HOST|TIMED|PIPE|AI_)/u;

const STACK = /\n {4}at \S/u;
const SECRET = /fwscim_[0-9A-Za-z]{49}/u;

/** Answers that the server gives before there is a request: they have no request id and no headers of the application. */
const isBeforeApp = ({ status, headers }: Exchange): boolean =>
  headers.connection === 'close' && [400, 408, 417, 431].includes(status) && headers['x-request-id'] === undefined;

/** The documents and their pages show all of the contract, its examples of secret tokens too. */
const isDocument = ({ path }: Exchange): boolean => /^\/(?:docs|openapi|admin\/(?:assets|styles))\b/u.test(path);
const isPeoples = ({ path }: Exchange): boolean => /^\/+(?:scim|admin|setup)\b/u.test(path);
const isApi = ({ path }: Exchange): boolean => /^\/+(?:scim|admin\/api)\b/u.test(path);

const isPage = ({ headers }: Exchange): boolean => /^text\/html\b/u.test(String(headers['content-type']));

const header = (name: string, wanted: RegExp): Omit<Rule, 'name'> => ({
  fault: ({ headers }) => (wanted.test(String(headers[name])) ? undefined : `${name}: ${String(headers[name])}`),
});

const RULES: readonly Rule[] = [
  {
    name: 'no header says what the server is made of, or lets pages of other origins read it',
    fault: ({ headers }) =>
      Object.keys(headers).find((name) => /^(?:x-powered-by|server|via|access-control-.*)$/u.test(name)),
  },
  { name: 'nosniff', of: (exchange) => !isBeforeApp(exchange), ...header('x-content-type-options', /^nosniff$/u) },
  {
    name: 'no frames',
    of: (exchange) => !isBeforeApp(exchange),
    ...header('x-frame-options', /^(?:SAMEORIGIN|DENY)$/u),
  },
  {
    name: 'a content security policy',
    of: (exchange) => !isBeforeApp(exchange),
    ...header('content-security-policy', /frame-ancestors 'none'/u),
  },
  {
    name: 'no referrer',
    of: (exchange) => !isBeforeApp(exchange),
    ...header('referrer-policy', /^(?:no-referrer|same-origin)$/u),
  },
  {
    name: 'https is kept to',
    of: (exchange) => !isBeforeApp(exchange),
    ...header('strict-transport-security', /max-age=\d{7,}/u),
  },
  {
    name: 'a request id',
    of: (exchange) => !isBeforeApp(exchange),
    ...header('x-request-id', /^[\w.:+/=@-]{1,128}$/u),
  },
  {
    name: 'people’s data stays in no cache',
    of: (exchange) => isPeoples(exchange) && !isDocument(exchange),
    fault: ({ headers, path }) =>
      headers['cache-control'] === 'no-store' ||
      (headers.etag !== undefined &&
        headers['cache-control'] === 'private, no-cache' &&
        !path.includes('access_token='))
        ? undefined
        : `cache-control: ${String(headers['cache-control'])}`,
  },
  {
    name: 'the media type depends on Accept',
    of: (exchange) => isApi(exchange) && !isBeforeApp(exchange),
    ...header('vary', /\bAccept\b/iu),
  },
  { name: 'a body has a type', of: ({ text }) => text !== '', ...header('content-type', /^\w+\/[\w.+-]+/u) },
  {
    name: 'no content where the status says so',
    of: ({ status }) => status === 204 || status === 304,
    fault: ({ text }) => (text === '' ? undefined : text),
  },
  {
    name: 'a 401 says how to authenticate',
    of: (exchange) => isApi(exchange) && exchange.status === 401,
    ...header('www-authenticate', /^Bearer\b/u),
  },
  { name: 'a 405 says what is allowed', of: ({ status }) => status === 405, ...header('allow', /^[A-Z]/u) },
  {
    name: 'a 429 or 503 says when to come again',
    of: (exchange) => isApi(exchange) && [429, 503].includes(exchange.status),
    ...header('retry-after', /^\d+$/u),
  },
  {
    name: 'a created resource has an address',
    of: ({ method, path, status }) => /^\/+scim\/(?:Users|Groups)$/u.test(path) && method === 'POST' && status === 201,
    ...header('location', /^https?:\/\/[^/]+\/scim\/(?:Users|Groups)\/./u),
  },
  {
    name: 'cookies are for the console alone',
    fault: ({ headers }) =>
      headers['set-cookie']?.find((one) => !/;\s*HttpOnly/iu.test(one) || !/;\s*SameSite=(?:Lax|Strict)/iu.test(one)),
  },
  {
    name: 'no stack of ours',
    of: (exchange) => !isDocument(exchange),
    fault: ({ text, sent }) => foreign(STACK, text, sent),
  },
  {
    name: 'an error has no words of the database, a parser or Node',
    of: isApi,
    fault: ({ text, sent, status }) =>
      errorsIn(text, status)
        .map((detail) => foreign(INNARDS, detail, sent))
        .find((found) => found !== undefined),
  },
  {
    name: 'an error to a client of SCIM has no codes of the network',
    of: ({ path }) => /^\/+scim\b/u.test(path),
    fault: ({ text, sent, status }) => errorsIn(text, status).map((detail) => foreign(NETWORK, detail, sent))[0],
  },
  {
    name: 'an error is a SCIM error that has its status and says something',
    // A browser that looks with a secret token gets a page.
    of: (exchange) => isApi(exchange) && exchange.status >= 400 && exchange.text !== '' && !isPage(exchange),
    fault: ({ text, status }) => {
      const error = parsed(text);
      if (!isJsonObject(error)) return text;
      const { schemas, detail } = error;
      const isWhole =
        error['status'] === String(status) &&
        JSON.stringify(schemas) === JSON.stringify([ERROR]) &&
        typeof detail === 'string' &&
        /\S/u.test(detail) &&
        !/\bundefined\b/u.test(detail);
      return isWhole ? undefined : text;
    },
  },
  {
    name: 'a 500 says one thing only',
    of: (exchange) => isApi(exchange) && exchange.status === 500,
    fault: ({ text }) => {
      const { detail } = parsed(text) as JsonObject;
      return detail === INTERNAL_ERROR.message ? undefined : text;
    },
  },
  {
    name: 'no password at any depth',
    of: ({ path }) => /^\/+scim\b/u.test(path),
    fault: ({ text }) => keyIn(parsed(text), 'password', ''),
  },
  {
    name: 'no secret comes back',
    fault: ({ text, headers, secrets }) =>
      secrets.some((secret) => text.includes(secret) || JSON.stringify(headers).includes(secret))
        ? 'a secret'
        : undefined,
  },
  {
    name: 'secret tokens are handed out in answers to POST alone',
    of: (exchange) => !isDocument(exchange) && exchange.method !== 'POST',
    fault: ({ text, sent, headers }) => foreign(SECRET, `${text} ${JSON.stringify(headers)}`, sent),
  },
];

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** @throws Error that names the first rule which an answer breaks */
export function holdToEveryRule(exchange: Exchange): void {
  for (const { name, of, fault } of RULES) {
    if (of?.(exchange) === false) continue;
    const found = fault(exchange);
    if (found === undefined) continue;
    const { method, path, status } = exchange;
    throw new Error(
      `${method} ${path.slice(0, 200)} was answered ${status} against the rule "${name}": ${found.slice(0, 500)}`,
    );
  }
}

/** What matches in a text, unless it was sent. */
function foreign(pattern: RegExp, text: string, sent: string): string | undefined {
  const found = pattern.exec(text)?.[0];
  return found === undefined || sent.includes(found) ? undefined : `${found} in ${text.slice(0, 300)}`;
}

/** The details of the errors in an answer: of itself, and of the operations of a bulk request. */
function errorsIn(text: string, status: number): readonly string[] {
  if (status < 400 && !text.includes(ERROR)) return [];
  return [...detailsIn(parsed(text))];
}

function* detailsIn(value: JsonValue | undefined): Generator<string> {
  if (isJsonArray(value)) for (const item of value) yield* detailsIn(item);
  if (!isJsonObject(value)) return;
  const { schemas, detail } = value;
  if (isJsonArray(schemas) && schemas.includes(ERROR) && typeof detail === 'string') yield detail;
  for (const inner of Object.values(value)) yield* detailsIn(inner);
}

function keyIn(value: JsonValue | undefined, name: string, place: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value as JsonObject)) {
    if (key.toLowerCase() === name) return `${place}/${key}`;
    const found = keyIn(inner, name, `${place}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
