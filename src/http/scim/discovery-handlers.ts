import type { operations } from '../../../generated/scim.js';
import { resourceTypeResource, schemaResource, serviceProviderConfig, wholeList } from '../../protocol/discovery.js';
import type { Schema } from '../../protocol/schemas/attribute.js';
import { notFound, ScimError } from '../../protocol/scim-error.js';
import type { Provisioning, TenantScope } from '../../provisioning/scope.js';
import type { Handlers, OperationRequest } from '../router/operation.js';
import { tenantScope } from '../tenant-scope.js';

type DiscoveryOperations = Pick<
  operations,
  'getServiceProviderConfig' | 'listResourceTypes' | 'getResourceType' | 'listSchemas' | 'getSchema'
>;

/** The discovery endpoints (RFC 7644 §4): they describe the tenant's schemas and resource types, and refuse filters. */
export function discoveryHandlers(provisioning: Provisioning): Handlers<DiscoveryOperations> {
  const { baseUrl, limits } = provisioning;
  const documentationUrl = new URL('/docs', baseUrl).href;
  return {
    getServiceProviderConfig: async (request) => {
      refuseFilter(request);
      return { status: 200, body: serviceProviderConfig({ baseUrl, documentationUrl, ...limits }) };
    },
    listResourceTypes: async (request) => {
      refuseFilter(request);
      const types = Object.values(tenantScope(request.principal).settledTypes);
      return { status: 200, body: wholeList(types.map((type) => resourceTypeResource(type, baseUrl))) };
    },
    getResourceType: async (request) => {
      refuseFilter(request);
      const types = Object.values(tenantScope(request.principal).settledTypes);
      const type = types.find(({ name }) => name === request.path.id);
      if (type === undefined) throw notFound('There is no such resource type; the resource types are User and Group.');
      return { status: 200, body: resourceTypeResource(type, baseUrl) };
    },
    listSchemas: async (request) => {
      refuseFilter(request);
      const schemas = schemasOf(tenantScope(request.principal));
      return { status: 200, body: wholeList(schemas.map((schema) => schemaResource(schema, baseUrl))) };
    },
    getSchema: async (request) => {
      refuseFilter(request);
      const id = request.path.id.toLowerCase();
      const schema = schemasOf(tenantScope(request.principal)).find((known) => known.id.toLowerCase() === id);
      if (schema === undefined)
        throw notFound('There is no schema with that URN; GET /Schemas lists those that exist.');
      return { status: 200, body: schemaResource(schema, baseUrl) };
    },
  };
}

const schemasOf = ({ settledTypes }: TenantScope): readonly Schema[] =>
  Object.values(settledTypes).flatMap(({ schema, extensions }) => [schema, ...extensions]);

/** RFC 7644 §4: a filter on these endpoints is 403, so that nobody mistakes the whole list for a filtered one. */
function refuseFilter(request: OperationRequest): void {
  const query: unknown = request.query;
  if (typeof query === 'object' && query !== null && 'filter' in query) {
    throw new ScimError(403, 'This endpoint does not support filters; leave out the filter parameter.');
  }
}

/** The operations on /Me. */
export type MeOperations = Pick<operations, 'getMe' | 'createMe' | 'replaceMe' | 'patchMe' | 'deleteMe'>;

/** The alias /Me (RFC 7644 §3.11), which is 501: a secret token identifies a tenant, not a user. */
export function meHandlers(): Handlers<MeOperations> {
  const refuse = async (): Promise<never> => {
    throw meIsNobody();
  };
  return { getMe: refuse, createMe: refuse, replaceMe: refuse, patchMe: refuse, deleteMe: refuse };
}

/** The 501 for /Me (RFC 7644 §3.11). */
export function meIsNobody(): ScimError {
  return new ScimError(
    501,
    'A secret token stands for a tenant and for nobody in it, so /Me is not supported; use /Users/{id}.',
  );
}
