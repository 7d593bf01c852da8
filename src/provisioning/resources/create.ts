import type { ResourceContent, StoredResource } from '../../model/resource.js';
import { canonicalizeResource } from '../../protocol/canonical/canonicalize.js';
import { passedOver } from '../../protocol/entra/passed-over.js';
import { normalizeResource } from '../../protocol/entra/rules.js';
import { softDeletionMark } from '../../protocol/entra/tombstone.js';
import type { JsonObject } from '../../protocol/json.js';
import { inMembers, membershipOf, type MembershipStep } from '../../protocol/membership.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { ScimError } from '../../protocol/scim-error.js';
import type { DirectoryWriter } from '../../storage/storage.js';
import type { Provisioning, TenantScope, WriteRequest } from '../scope.js';
import { contentOf } from './content.js';
import { nameOf } from './effect.js';
import { membershipChanged, refuseTaken } from './refusals.js';
import { Representer, type Representation } from './representation.js';

/** A resource that is ready to be stored. */
export interface NewResource {
  readonly id: string;
  readonly type: ResourceTypeName;
  readonly at: string;
  readonly resource: JsonObject;
  readonly content: ResourceContent;
  readonly steps: readonly MembershipStep[];
}

/**
 * Creates a user or a group in the tenant's staging directory (RFC 7644 §3.3).
 * @throws ScimError 400 for a body that does not fit, 409 `uniqueness` when the name is taken.
 */
export async function createResource(
  provisioning: Provisioning,
  scope: TenantScope,
  request: WriteRequest,
): Promise<Representation> {
  const created = await newResource(provisioning, scope, request);
  const store = async (directory: DirectoryWriter): Promise<void> => {
    await insertResource(directory, created);
    await addMembers(directory, created);
  };
  const { tenant, proof } = scope;
  await provisioning.storage.write(tenant.id, store, tenant.schemas.revision, proof).catch((error: unknown) => {
    throw inMembers(error, request.body);
  });
  request.onEffect?.({ id: created.id, name: nameOf(created.type, created.resource), changed: [] });
  // Nobody knows its id yet, so it is in no group.
  const stored = { ...storedAs(created), groups: [] };
  return represented(new Representer(provisioning, scope, request.projection), stored);
}

/**
 * What has been stored is answered as created, also where the database is away by then: without what would have to be read
 * of others, such as the name of a manager.
 */
async function represented(representer: Representer, stored: StoredResource): Promise<Representation> {
  try {
    return await representer.one(stored);
  } catch (error) {
    if (!(error instanceof ScimError) || error.status !== 503) throw error;
    return representer.alone(stored);
  }
}

/**
 * Makes the resource that a body describes.
 * @param id by which it will be known, where others have to know it before it is stored
 * @throws ScimError 400 for a body that does not fit.
 */
export async function newResource(
  provisioning: Provisioning,
  scope: TenantScope,
  { type, body, onRules, onUnknown }: Omit<WriteRequest, 'projection'>,
  id: string = provisioning.newId(),
): Promise<NewResource> {
  const resourceType = scope.types[type];
  const { message, rules } = normalizeResource(body, resourceType, provisioning.rules);
  await scope.nextTurn?.();
  onRules([...rules, ...passedOver(message, resourceType, scope.tenant.settings.unknownAttributes, onUnknown)]);
  await scope.nextTurn?.();
  const resource = canonicalizeResource(message, resourceType);
  onRules(softDeletionMark(undefined, resource));
  return {
    id,
    type,
    at: provisioning.now().toISOString(),
    resource,
    content: contentOf(resource, resourceType),
    steps: type === 'Group' ? membershipOf(message) : [],
  };
}

/**
 * Stores a new resource without its members.
 * @throws ScimError 409 `uniqueness` when the name is taken.
 */
export async function insertResource(directory: DirectoryWriter, created: NewResource): Promise<void> {
  const { type, resource } = created;
  refuseTaken(await directory.insert(created), type, resource);
}

/**
 * Gives a new group its members, which exist by then.
 * @throws ScimError 400 `invalidValue` that names those that do not.
 */
export async function addMembers(directory: DirectoryWriter, { id, steps }: NewResource): Promise<void> {
  if (steps.length > 0) membershipChanged(await directory.changeMembers(id, steps));
}

/** A new resource as it is stored. */
export function storedAs({ id, type, at, content }: NewResource): StoredResource {
  return { id, type, version: 1, created: at, lastModified: at, document: content.document, membersVersion: 0 };
}
