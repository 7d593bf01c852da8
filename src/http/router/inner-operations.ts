import type { OpenAPIBackend, Operation } from 'openapi-backend';
import type { JsonObject } from '../../protocol/json.js';
import type { InnerOperations, InnerTarget } from './operation.js';
import { decodeTarget } from './request-target.js';
import { validationError } from './validation-error.js';

/** The router's steps for a request, applied to the parts of a bulk request. */
export interface InnerSteps {
  readonly find: (method: string, path: string) => Operation;
  readonly firstSegments: ReadonlyMap<string, string>;
  readonly prepareBody: (operationId: string, body: JsonObject) => JsonObject;
}

/** The operations of a document for bulk requests: found and validated as the router does it for separate requests. */
export function innerOperations(api: OpenAPIBackend, steps: InnerSteps): InnerOperations {
  return {
    match: (method: string, path: string): InnerTarget => {
      const target = decodeTarget(asTarget(path), steps.firstSegments).path;
      const operation = steps.find(method, target);
      const id = decodeURIComponent(target.split('/')[2] ?? '');
      return { operationId: operation.operationId ?? '', method, path: target, id };
    },
    accept: ({ operationId, method, path }: InnerTarget, body: JsonObject): JsonObject => {
      const prepared = steps.prepareBody(operationId, body);
      const headers = { 'content-type': 'application/json' };
      const { errors } = api.validateRequest({ method, path, query: {}, headers, body: prepared }, operationId);
      if (errors) throw validationError(operationId, errors);
      return prepared;
    },
  };
}

/** A path in JSON may lack the leading slash and contain characters that an address cannot. */
function asTarget(path: string): string {
  return `${path.startsWith('/') ? '' : '/'}${printable(path)}`;
}

/** The path with everything but printable ASCII percent-encoded; existing percent-encoding stays. */
export function printable(path: string): string {
  return path.replace(/[^\x21-\x7E]/gu, encodeURIComponent);
}
