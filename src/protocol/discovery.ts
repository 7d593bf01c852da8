import type { JsonObject } from './json.js';
import { LIST_RESPONSE_SCHEMA } from './messages.js';
import type { Attribute, ResourceType, Schema } from './schemas/attribute.js';

/** What the service provider configuration tells a client besides what is always so. */
export interface ProviderFacts {
  /** The Tenant URL, without a trailing slash. */
  readonly baseUrl: string;
  readonly documentationUrl: string;
  /** Resources on a page: where the request has no count, and at most. */
  readonly defaultPage: number;
  readonly maxPage: number;
  /** Operations in a bulk request at most, and bytes of its body. */
  readonly bulkOperations: number;
  readonly bulkBody: number;
}

/** The service provider configuration (RFC 7643 §5, RFC 9865 §4). */
export function serviceProviderConfig(facts: ProviderFacts): JsonObject {
  const { baseUrl, documentationUrl, defaultPage, maxPage, bulkOperations, bulkBody } = facts;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    documentationUri: documentationUrl,
    patch: { supported: true },
    bulk: { supported: true, maxOperations: bulkOperations, maxPayloadSize: bulkBody },
    filter: { supported: true, maxResults: maxPage },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: defaultPage,
      maxPageSize: maxPage,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Secret token',
        description: 'The secret token of the tenant, in the header "Authorization: Bearer <secret token>".',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        documentationUri: documentationUrl,
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** A resource type as /ResourceTypes shows it (RFC 7643 §6). */
export function resourceTypeResource(type: ResourceType, baseUrl: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: type.name,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map((extension) => ({ schema: extension.id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.name}` },
  };
}

/** A schema as /Schemas shows it (RFC 7643 §7): without null values, which Entra's discovery refuses. */
export function schemaResource(schema: Schema, baseUrl: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(attributeDefinition),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  };
}

/** The characteristics of an attribute (RFC 7643 §7). `uniqueness` and `caseExact` say nothing of a complex attribute. */
function attributeDefinition(attribute: Attribute): JsonObject {
  const { name, type, multiValued, description, required, caseExact, mutability, returned, uniqueness } = attribute;
  return {
    name,
    type,
    ...(attribute.subAttributes ? { subAttributes: attribute.subAttributes.map(attributeDefinition) } : {}),
    multiValued,
    description,
    required,
    ...(attribute.canonicalValues ? { canonicalValues: attribute.canonicalValues } : {}),
    ...(type === 'complex' || type === 'boolean' ? {} : { caseExact }),
    mutability,
    returned,
    ...(type === 'complex' || type === 'boolean' ? {} : { uniqueness }),
    ...(attribute.referenceTypes ? { referenceTypes: attribute.referenceTypes } : {}),
  };
}

/** A list response that holds all there is (RFC 7644 §4). */
export function wholeList(resources: readonly JsonObject[]): JsonObject {
  return {
    schemas: [LIST_RESPONSE_SCHEMA],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
