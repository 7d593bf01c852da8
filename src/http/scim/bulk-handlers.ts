import { setImmediate } from 'node:timers/promises';
import type { operations } from '../../../generated/scim.js';
import { parseBulk, type BulkOperation } from '../../protocol/bulk/request.js';
import type { JsonObject } from '../../protocol/json.js';
import { BULK_RESPONSE_SCHEMA } from '../../protocol/messages.js';
import type { ScimError } from '../../protocol/scim-error.js';
import { runBulk } from '../../provisioning/bulk/run-bulk.js';
import type { BulkOutcome, BulkStep } from '../../provisioning/bulk/step.js';
import type { Provisioning } from '../../provisioning/scope.js';
import { INTERNAL_ERROR } from '../router/error-response.js';
import { printable } from '../router/inner-operations.js';
import { noteRules, type Handlers, type InnerOperations, type RequestNotes } from '../router/operation.js';
import { tenantScope } from '../tenant-scope.js';
import { planOperation, repeatedBulkIds } from './bulk-plan.js';

/** The handler of bulk requests (RFC 7644 §3.7): each operation is answered as a separate request would be. */
export function bulkHandlers(provisioning: Provisioning): Handlers<Pick<operations, 'bulk'>> {
  return {
    bulk: async ({ principal, json, inner, notes, nextTurn }) => {
      const { failOnErrors, operations: asked } = parseBulk(json);
      const steps = await plan(asked, inner);
      const observer = {
        onRules: (rules: readonly string[]): void => noteRules(notes, rules),
        onFault: noteFault(notes),
      };
      const scope = tenantScope(principal, nextTurn);
      const outcomes = await runBulk(provisioning, scope, { steps, failOnErrors, ...observer });
      const results = asked.flatMap((operation, position) => {
        const outcome = outcomes.get(position);
        return outcome === undefined ? [] : [result(operation, outcome, provisioning.baseUrl)];
      });
      return { status: 200, body: { schemas: [BULK_RESPONSE_SCHEMA], Operations: results } };
    },
  };
}

async function plan(operations: readonly BulkOperation[], inner: InnerOperations): Promise<readonly BulkStep[]> {
  const repeated = repeatedBulkIds(operations);
  const steps: BulkStep[] = [];
  for (const operation of operations) {
    steps.push(planOperation(operation, inner, repeated));
    await setImmediate();
  }
  return steps;
}

/** The result of an operation (RFC 7644 §3.7.3): only failures have a body. */
function result(operation: BulkOperation, outcome: BulkOutcome, baseUrl: string): JsonObject {
  const { method, bulkId } = operation;
  const location = locationOf(operation, outcome, baseUrl);
  return {
    ...(location === undefined ? {} : { location }),
    ...(method === undefined ? {} : { method }),
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(outcome.version === undefined ? {} : { version: outcome.version }),
    status: String(outcome.status),
    ...(outcome.error === undefined ? {} : { response: outcome.error.toJSON() }),
  };
}

/** The address of the resource, or the path of the request if there is no other; a failed POST has none. */
function locationOf(
  { method, path }: BulkOperation,
  { location, error }: BulkOutcome,
  baseUrl: string,
): string | undefined {
  if (location !== undefined) return location;
  if (path === undefined || (method === 'POST' && error !== undefined)) return undefined;
  return `${baseUrl}${path.startsWith('/') ? '' : '/'}${printable(path)}`;
}

/** Maximum errors logged per request; an unavailable database would fill the log with the same line. */
const MOST_FAULTS = 10;

function noteFault(notes: RequestNotes): (error: unknown) => ScimError {
  const faults: unknown[] = [];
  notes.faults = faults;
  return (error) => {
    if (faults.length < MOST_FAULTS) faults.push(error);
    return INTERNAL_ERROR;
  };
}
