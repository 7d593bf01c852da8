import type { JsonObject } from '../../protocol/json.js';
import type { ValidateRequest } from '../validation/request.js';
import type { InnerOperations, InnerTarget } from './operation.js';
import { decodeTarget } from './request-target.js';
import type { FindRoute } from './routes.js';
import { validationError } from './validation-error.js';

/** What the parts of a bulk request need of the route of an operation. */
interface InnerRoute {
  readonly id: string;
  readonly validate: ValidateRequest;
}

/** The router's steps for a request, applied to the parts of a bulk request. */
interface InnerSteps {
  readonly find: FindRoute<InnerRoute>;
  readonly firstSegments: ReadonlyMap<string, string>;
  readonly prepareBody: (operationId: string, body: JsonObject) => JsonObject;
}

/** The operations of a document for bulk requests: found and validated as the router does it for separate requests. */
export function innerOperations({ find, firstSegments, prepareBody }: InnerSteps): InnerOperations {
  return {
    match: (method: string, path: string): InnerTarget => {
      const target = decodeTarget(asTarget(path), firstSegments);
      const { route } = find(method, target);
      return { operationId: route.id, method, path: target.path, id: target.segments[1] ?? '' };
    },
    accept: ({ operationId, method, path }: InnerTarget, body: JsonObject): JsonObject => {
      const prepared = prepareBody(operationId, body);
      const found = find(method, decodeTarget(path, firstSegments));
      const errors = found.route.validate({ path: found.path, query: {}, headers: {}, body: prepared });
      if (errors.length > 0) throw validationError(operationId, errors);
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
