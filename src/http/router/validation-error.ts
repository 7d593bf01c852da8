import type { ErrorObject } from 'ajv';
import { invalidSyntax, invalidValue, type ScimError } from '../../protocol/scim-error.js';
import { KEYWORD_WORDS, typesInWords } from './validation-words.js';

/** Members of a search that are parameters of a list. */
const NAMES_A_PARAMETER = /^\/requestBody\/(?!schemas)/u;

/** The error for a request that the document does not allow: it names the place and what should stand there. */
export function validationError(operationId: string, errors: readonly ErrorObject[]): ScimError {
  const [fault] = [...errors].sort(byWorth);
  if (fault === undefined) return invalidSyntax('The request is not as /docs describes it; compare the two.');
  const detail = describe(fault, errors);
  return isAboutMessage(operationId, fault) ? invalidSyntax(detail) : invalidValue(detail);
}

/**
 * Of the faults of several branches the one first that says most: deep inside the value, and about a value of the right type.
 * `anyOf` and `oneOf` themselves say least.
 */
const byWorth = (a: ErrorObject, b: ErrorObject): number =>
  Number(isAlternatives(a)) - Number(isAlternatives(b)) ||
  depthOf(b) - depthOf(a) ||
  Number(a.keyword === 'type') - Number(b.keyword === 'type');

const isAlternatives = ({ keyword }: ErrorObject): boolean => keyword === 'anyOf' || keyword === 'oneOf';

const depthOf = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;

/** A PATCH operation without its value is `invalidValue` as ever (RFC 7644 §3.12, table 9: a required value is missing). */
function isAboutMessage(operationId: string, { keyword, instancePath }: ErrorObject): boolean {
  if (keyword === 'additionalProperties') return true;
  if (keyword === 'not' && /^\/requestBody\/Operations\/\d+$/u.test(instancePath)) return false;
  // A search is refused as the list by GET is.
  if (operationId.startsWith('search') && NAMES_A_PARAMETER.test(instancePath)) return false;
  return /^(?:patch|search|bulk)/u.test(operationId);
}

function describe(fault: ErrorObject, all: readonly ErrorObject[]): string {
  const place = placeOf(fault);
  const types = all.filter(({ keyword, instancePath }) => keyword === 'type' && instancePath === fault.instancePath);
  if (fault.keyword === 'type') return `${place} must be ${typesInWords(types.map(({ schema }) => schema))}.`;
  const words = KEYWORD_WORDS[fault.keyword];
  return `${place} ${words === undefined ? 'is not as /docs describes it.' : words({ ...fault, schema: fault.schema })}`;
}

const PARAMETERS: readonly (string | undefined)[] = ['query', 'path', 'headers', 'cookies'];

/** The longest name of a sender's that an error repeats. */
const LONGEST_NAME = 100;

/** `/requestBody/emails/0/value` as `"emails[0].value"`; parameters as `The parameter "count"`. */
function placeOf({ instancePath, params }: ErrorObject): string {
  const [, where, ...steps] = instancePath.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { missingProperty, additionalProperty } = params as Readonly<Record<string, unknown>>;
  const own = [missingProperty, additionalProperty].filter((name) => typeof name === 'string');
  const path = [...steps, ...own.map((name) => name.slice(0, LONGEST_NAME))].reduce(joined, '');
  if (PARAMETERS.includes(where)) return `The parameter "${path}"`;
  return path === '' ? 'The body' : `"${path}"`;
}

function joined(path: string, step: string): string {
  if (/^\d+$/u.test(step)) return `${path}[${step}]`;
  return path === '' ? step : `${path}.${step}`;
}
