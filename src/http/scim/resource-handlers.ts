import type { operations } from '../../../generated/scim.js';
import type { StoredResource } from '../../model/resource.js';
import type { JsonObject } from '../../protocol/json.js';
import { changesNothing } from '../../protocol/patch/operation.js';
import { includes, parseProjection, isWhole, type Projection } from '../../protocol/projection.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { weakTag, ifNoneMatch } from '../../protocol/version.js';
import { createResource } from '../../provisioning/resources/create.js';
import { deleteResource } from '../../provisioning/resources/delete.js';
import { getResource } from '../../provisioning/resources/get.js';
import { patchResource } from '../../provisioning/resources/patch.js';
import { checkPreconditions } from '../../provisioning/resources/refusals.js';
import type { Effect } from '../../provisioning/resources/effect.js';
import { replaceResource } from '../../provisioning/resources/replace.js';
import { Representer, type Representation } from '../../provisioning/resources/representation.js';
import type { Preconditions, Provisioning, TenantScope } from '../../provisioning/scope.js';
import type { Principal } from '../authentication.js';
import { noteRules, type Handlers, type RequestNotes } from '../router/operation.js';
import { tenantScope } from '../tenant-scope.js';
import { bulkHandlers } from './bulk-handlers.js';
import { discoveryHandlers } from './discovery-handlers.js';
import { meHandlers, type MeOperations } from './discovery-handlers.js';
import { listHandlers, type ListOperations } from './list-handlers.js';

type ResourceOperations = Omit<
  operations,
  | keyof ListOperations
  | 'getServiceProviderConfig'
  | 'listResourceTypes'
  | 'getResourceType'
  | 'listSchemas'
  | 'getSchema'
  | 'bulk'
  | keyof MeOperations
>;

/** The handlers of openapi/scim.yaml. */
export function scimHandlers(provisioning: Provisioning): Handlers<operations> {
  return {
    ...resourceHandlers(provisioning),
    ...listHandlers(provisioning),
    ...discoveryHandlers(provisioning),
    ...bulkHandlers(provisioning),
    ...meHandlers(),
  };
}

/** What the operations on users and groups have in common. */
interface SharedRequest {
  readonly principal: Principal;
  readonly notes: RequestNotes;
  readonly nextTurn: () => Promise<void> | undefined;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly json: JsonObject;
  readonly query: { readonly attributes?: string; readonly excludedAttributes?: string };
}

interface OneRequest extends SharedRequest {
  readonly path: { readonly id: string };
}

function resourceHandlers(provisioning: Provisioning): Handlers<ResourceOperations> {
  const create = (type: ResourceTypeName) => async (request: SharedRequest) => {
    const scope = tenantScope(request.principal, request.nextTurn);
    const projection = parseProjection(request.query, scope.types[type]);
    const created = await createResource(provisioning, scope, {
      type,
      body: request.json,
      projection,
      ...noting(request),
    });
    return { status: 201 as const, headers: located(created), body: created.body };
  };

  const get = (type: ResourceTypeName) => async (request: OneRequest) => {
    const scope = tenantScope(request.principal);
    const projection = parseProjection(request.query, scope.types[type]);
    const found = await getResource(provisioning, scope, { type, id: request.path.id, projection });
    checkPreconditions({ ifMatch: request.ifMatch, ifNoneMatch: undefined }, found.version);
    if (request.ifNoneMatch !== undefined && !ifNoneMatch(request.ifNoneMatch, found.tag)) {
      return { status: 304 as const, headers: tagged(found) };
    }
    return { status: 200 as const, headers: located(found), body: found.body };
  };

  const replace = (type: ResourceTypeName) => async (request: OneRequest) => {
    const scope = tenantScope(request.principal, request.nextTurn);
    const projection = parseProjection(request.query, scope.types[type]);
    const stored = await replaceResource(provisioning, scope, shown(change(type, request), projection));
    return answer(provisioning, scope, projection, stored);
  };

  const patch = (type: ResourceTypeName) => async (request: OneRequest) => {
    const scope = tenantScope(request.principal, request.nextTurn);
    const projection = parseProjection(request.query, scope.types[type]);
    const stored = await patchResource(provisioning, scope, shown(change(type, request), projection));
    if (changesNothing(request.json) || (type === 'Group' && isWhole(projection))) {
      return { status: 204 as const, headers: { ETag: weakTag(stored.version) } };
    }
    return answer(provisioning, scope, projection, stored);
  };

  const remove = (type: ResourceTypeName) => async (request: Omit<OneRequest, 'query'>) => {
    const scope = tenantScope(request.principal);
    await deleteResource(provisioning, scope, change(type, request));
    return { status: 204 as const };
  };

  return {
    createUser: create('User'),
    getUser: get('User'),
    replaceUser: replace('User'),
    patchUser: patch('User'),
    deleteUser: remove('User'),
    createGroup: create('Group'),
    getGroup: get('Group'),
    replaceGroup: replace('Group'),
    patchGroup: patch('Group'),
    deleteGroup: remove('Group'),
  };
}

async function answer(
  provisioning: Provisioning,
  scope: TenantScope,
  projection: Projection,
  stored: StoredResource,
): Promise<{ status: 200; headers: Record<string, string>; body: Representation['body'] }> {
  const found = await new Representer(provisioning, scope, projection).one(stored);
  return { status: 200, headers: { ...located(found), 'Content-Location': found.location }, body: found.body };
}

/** A change whose answer shows what the projection asks for. */
const shown = <Change extends object>(one: Change, projection: Projection) => ({
  ...one,
  withGroups: includes(projection, 'groups'),
});

function change(type: ResourceTypeName, request: Omit<OneRequest, 'query'>) {
  return { type, id: request.path.id, body: request.json, preconditions: preconditionsOf(request), ...noting(request) };
}

const tagged = ({ tag }: Representation): Record<string, string> => ({ ETag: tag });

const located = (found: Representation): Record<string, string> => ({ ...tagged(found), Location: found.location });

const preconditionsOf = ({
  ifMatch,
  ifNoneMatch: none,
}: Pick<SharedRequest, 'ifMatch' | 'ifNoneMatch'>): Preconditions => ({ ifMatch, ifNoneMatch: none });

function noting({ notes }: Pick<SharedRequest, 'notes'>) {
  return {
    onRules: (rules: readonly string[]): void => noteRules(notes, rules),
    onEffect: (effect: Effect): void => {
      notes.effect = effect;
    },
    onUnknown: (name: string): void => {
      (notes.unknown ??= []).push(name);
    },
  };
}
