import { isObject, isTextList, type Json, type JsonObject } from '../json.js';

/** How sure a fact is, the surest first; contract-tests/README.md says what each word means. */
export const KINDS = ['recorded', 'published', 'documented', 'inferred', 'simulated'] as const;
/** How certain a fact is. */
export type Kind = (typeof KINDS)[number];

const DIALECTS = ['legacy', 'aadOptscim062020', 'both'] as const;
/** The dialect of an exchange; `both` if the dialects do not differ in it. */
export type Dialect = (typeof DIALECTS)[number];

const SENDERS = ['entra', 'validator', 'check'] as const;
/** Who sends the request of an exchange. */
export type Sender = (typeof SENDERS)[number];

/** A source of an exchange, and how certain that makes it. */
export interface Source {
  readonly cite: string;
  readonly kind: Kind;
}

/** What an answer must be; contract-tests/README.md describes the members. */
export interface Expectation {
  readonly status: readonly number[];
  readonly body_contains?: Json;
  readonly body_lacks?: Json;
  /** JSON pointer to the exact length of the array there; an absent one counts as 0. */
  readonly lengths?: Readonly<Record<string, number>>;
}

interface RecordedRequest {
  readonly method: string;
  /** Relative to the Tenant URL, with its query, percent-encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent unchanged, anything else as JSON. */
  readonly body?: Json;
}

/** One exchange of a scenario, placeholders included: what a replay needs of it. */
export interface Exchange {
  readonly id: string;
  readonly scenario: string;
  /** What happens, for people. */
  readonly step: string;
  readonly request: RecordedRequest;
  readonly expect: Expectation;
  /** JSON pointer into the answer to the variable that takes what is there. */
  readonly capture?: Readonly<Record<string, string>>;
  /** The settings that the tenant must have for its scenario, by the keys of `tenant set`; the defaults where absent. */
  readonly tenantSettings?: Readonly<Record<string, string>>;
}

/** An exchange that says where it comes from. */
export interface SourcedExchange extends Exchange {
  readonly dialect: Dialect;
  readonly sender: Sender;
  /** How sure the exchange as a whole is: never more than its weakest source. */
  readonly confidence: Kind;
  readonly sources: readonly Source[];
}

/** Whether a value has all that a replay needs. */
export function isExchange(value: unknown): value is Exchange {
  return (
    isObject(value) &&
    isTextList([value['id'], value['scenario'], value['step']]) &&
    isRequest(value['request']) &&
    isExpectation(value['expect']) &&
    isTextMapOrAbsent(value['capture']) &&
    isTextMapOrAbsent(value['tenantSettings'])
  );
}

/** Whether an exchange says where it comes from. */
export function isSourced(exchange: Exchange): exchange is SourcedExchange {
  const claims: Readonly<Record<string, unknown>> = { ...exchange };
  return (
    isOneOf(claims['dialect'], DIALECTS) &&
    isOneOf(claims['sender'], SENDERS) &&
    isOneOf(claims['confidence'], KINDS) &&
    isSourceList(claims['sources'])
  );
}

const isOneOf = (value: unknown, allowed: readonly string[]): boolean =>
  typeof value === 'string' && allowed.includes(value);

const isSourceList = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((source) => isObject(source) && typeof source['cite'] === 'string' && isOneOf(source['kind'], KINDS));

const isRequest = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['method'] === 'string' &&
  typeof value['path'] === 'string' &&
  value['path'].startsWith('/') &&
  (value['headers'] === undefined || isObjectOf(value['headers'], 'string'));

const isExpectation = (value: unknown): boolean =>
  isObject(value) &&
  isStatusList(value['status']) &&
  (value['lengths'] === undefined || isObjectOf(value['lengths'], 'number'));

const isStatusList = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((status) => Number.isInteger(status));

const isTextMapOrAbsent = (value: unknown): boolean => value === undefined || isObjectOf(value, 'string');

const isObjectOf = (value: unknown, type: 'string' | 'number'): value is JsonObject =>
  isObject(value) && Object.values(value).every((element) => typeof element === type);
