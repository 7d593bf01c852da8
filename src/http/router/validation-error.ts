import type { ErrorObject } from 'ajv';
import { invalidSyntax, invalidValue, type ScimError } from '../../protocol/scim-error.js';

/** The error for a request that the document does not allow: it names the place and what should stand there. */
export function validationError(operationId: string, errors: readonly ErrorObject[]): ScimError {
  const [fault] = [...errors].sort((a, b) => weight(a) - weight(b));
  const detail = fault === undefined ? 'The request does not follow the documentation.' : describe(fault);
  const message = /^(?:patch|search|bulk)/u.test(operationId) || fault?.keyword === 'additionalProperties';
  return message ? invalidSyntax(detail) : invalidValue(detail);
}

/** Faults of `anyOf` and `oneOf` come with those of their branches, which say more. */
const weight = (fault: ErrorObject): number => (fault.keyword === 'anyOf' || fault.keyword === 'oneOf' ? 1 : 0);

function describe(fault: ErrorObject): string {
  const place = placeOf(fault.instancePath);
  const params = fault.params as Readonly<Record<string, unknown>>;
  switch (fault.keyword) {
    case 'required':
      return `${place}${place === '' ? '' : '.'}${String(params['missingProperty'])} is missing; send it.`;
    case 'additionalProperties':
      return `${place || 'The body'} has no property ${String(params['additionalProperty']).slice(0, 100)}; leave it out.`;
    case 'enum':
      return `${place} must be one of ${JSON.stringify(params['allowedValues'])}.`;
    default:
      return `${place || 'The body'} ${fault.message ?? 'is not valid'}.`;
  }
}

/** `/requestBody/emails/0/value` as `emails[0].value`; parameters as `count`. */
function placeOf(pointer: string): string {
  const [, where, ...steps] = pointer.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const names =
    where === 'requestBody' || where === 'query' || where === 'path' || where === 'headers' ? steps : [where, ...steps];
  return names
    .filter((name) => name !== undefined)
    .reduce((text, name) => (/^\d+$/u.test(name) ? `${text}[${name}]` : text === '' ? name : `${text}.${name}`), '');
}
