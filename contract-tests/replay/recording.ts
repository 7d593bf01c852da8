import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, isTextList, parseJson, type Json, type JsonObject } from '../json.js';

/** How sure a fact is, the surest first; the README says what each word means. */
export const KINDS = ['recorded', 'published', 'documented', 'inferred', 'simulated'] as const;
export type Kind = (typeof KINDS)[number];

export interface Source {
  readonly cite: string;
  readonly kind: Kind;
}

export interface Expectation {
  readonly status: readonly number[];
  readonly body_contains?: Json;
  readonly body_lacks?: Json;
  /** JSON pointer to the exact length of the array there; an absent one counts as 0. */
  readonly lengths?: Readonly<Record<string, number>>;
}

/** One exchange of a scenario, as its file has it, placeholders included. */
export interface Exchange {
  readonly id: string;
  readonly scenario: string;
  readonly step: string;
  readonly dialect: 'legacy' | 'aadOptscim062020' | 'both';
  readonly sender: 'entra' | 'validator' | 'check';
  readonly confidence: Kind;
  readonly sources: readonly Source[];
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: Json;
  };
  readonly expect: Expectation;
  /** JSON pointer into the answer to the variable that takes what is there. */
  readonly capture?: Readonly<Record<string, string>>;
}

/**
 * Reads all recordings, scenarios and exchanges in the order of their names.
 * @throws Error that names the file which has not the form of an exchange.
 */
export function readRecordings(folder: string): readonly Exchange[] {
  const scenarios = readdirSync(folder).sort();
  return scenarios.flatMap((scenario) =>
    exchangeFiles(join(folder, scenario)).map((file) => readExchange(file, scenario)),
  );
}

const exchangeFiles = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name !== 'scenario.json')
    .sort()
    .map((name) => join(folder, name));

function readExchange(file: string, scenario: string): Exchange {
  const content = parseJson(readFileSync(file, 'utf8'));
  const exchange: unknown = isObject(content) ? { ...content, scenario } : content;
  if (!isExchange(exchange)) throw new Error(`${file} has not the form of an exchange; the README describes it`);
  return exchange;
}

function isExchange(value: unknown): value is Exchange {
  return (
    isObject(value) &&
    isTextList([value['id'], value['scenario'], value['step']]) &&
    isOneOf(value['dialect'], ['legacy', 'aadOptscim062020', 'both']) &&
    isOneOf(value['sender'], ['entra', 'validator', 'check']) &&
    isOneOf(value['confidence'], KINDS) &&
    isSourceList(value['sources']) &&
    isRequest(value['request']) &&
    isExpectation(value['expect']) &&
    (value['capture'] === undefined || isObjectOf(value['capture'], 'string'))
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
  isObjectOf(value['headers'], 'string');

const isExpectation = (value: unknown): boolean =>
  isObject(value) &&
  isStatusList(value['status']) &&
  (value['lengths'] === undefined || isObjectOf(value['lengths'], 'number'));

const isStatusList = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((status) => Number.isInteger(status));

const isObjectOf = (value: unknown, type: 'string' | 'number'): value is JsonObject =>
  isObject(value) && Object.values(value).every((element) => typeof element === type);
