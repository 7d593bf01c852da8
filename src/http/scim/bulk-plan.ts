import type { BulkOperation } from '../../protocol/bulk/request.js';
import type { JsonObject } from '../../protocol/json.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { invalidSyntax, invalidValue, ScimError } from '../../protocol/scim-error.js';
import type { BulkStep } from '../../provisioning/bulk/step.js';
import type { InnerOperations } from '../router/operation.js';
import { meIsNobody } from './discovery-handlers.js';

interface Task {
  readonly kind: Exclude<BulkStep['kind'], 'refused'>;
  readonly type: ResourceTypeName;
}

/** The operations of the document that a bulk request may contain, by their ids. */
const TASKS: ReadonlyMap<string, Task> = new Map<string, Task>([
  ['createUser', { kind: 'create', type: 'User' }],
  ['replaceUser', { kind: 'replace', type: 'User' }],
  ['patchUser', { kind: 'patch', type: 'User' }],
  ['deleteUser', { kind: 'delete', type: 'User' }],
  ['createGroup', { kind: 'create', type: 'Group' }],
  ['replaceGroup', { kind: 'replace', type: 'Group' }],
  ['patchGroup', { kind: 'patch', type: 'Group' }],
  ['deleteGroup', { kind: 'delete', type: 'Group' }],
]);

const METHODS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * What an operation of a bulk request does, or the error that prevents it (RFC 7644 §3.7).
 * @param repeated bulkIds that several operations have
 */
export function planOperation(
  operation: BulkOperation,
  inner: InnerOperations,
  repeated: ReadonlySet<string>,
): BulkStep {
  try {
    return stepOf(operation, inner, repeated);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { kind: 'refused', bulkId: operation.method === 'POST' ? operation.bulkId : undefined, error };
  }
}

/** The bulkIds that several POST operations have, which makes references to them ambiguous. */
export function repeatedBulkIds(operations: readonly BulkOperation[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { method, bulkId } of operations) {
    if (method !== 'POST' || bulkId === undefined) continue;
    if (seen.has(bulkId)) repeated.add(bulkId);
    seen.add(bulkId);
  }
  return repeated;
}

function stepOf(operation: BulkOperation, inner: InnerOperations, repeated: ReadonlySet<string>): BulkStep {
  const method = methodOf(operation);
  const target = inner.match(method, pathOf(operation));
  const { kind, type } = taskOf(target.operationId);
  const data = kind === 'delete' ? {} : dataOf(operation, method);
  const accept = (body: JsonObject): JsonObject => inner.accept(target, body);
  if (kind === 'create') return { kind, type, data, accept, bulkId: bulkIdOf(operation, repeated) };
  return { kind, type, data, accept, id: target.id, ifMatch: operation.version };
}

function methodOf({ method }: BulkOperation): string {
  if (method !== undefined && METHODS.has(method)) return method;
  throw invalidSyntax('"method" must be POST, PUT, PATCH or DELETE.');
}

function pathOf({ path }: BulkOperation): string {
  if (path !== undefined) return path;
  throw invalidSyntax('"path" is required; send /Users or /Groups for POST, and the path of a resource otherwise.');
}

function taskOf(operationId: string): Task {
  const task = TASKS.get(operationId);
  if (task !== undefined) return task;
  if (operationId.endsWith('Me')) throw meIsNobody();
  throw invalidValue(
    'A bulk request may contain only operations on users and groups; send this one as a separate request.',
  );
}

function dataOf({ data }: BulkOperation, method: string): JsonObject {
  if (data !== undefined) return data;
  throw invalidSyntax(`"data" is required for ${method}; send what the body of a single request would be.`);
}

function bulkIdOf({ bulkId }: BulkOperation, repeated: ReadonlySet<string>): string {
  if (bulkId === undefined)
    throw invalidSyntax('"bulkId" is required for POST; make up one that no other operation has.');
  if (!repeated.has(bulkId)) return bulkId;
  throw invalidValue(`Several operations have the bulkId ${JSON.stringify(bulkId.slice(0, 100))}; give each its own.`);
}
