import { isId } from '../../model/id.js';
import type { StoredResource } from '../../model/resource.js';
import { conform } from '../../protocol/custom-schema/conform.js';
import { sameResource } from '../../protocol/equality.js';
import type { JsonObject } from '../../protocol/json.js';
import type { MembershipStep } from '../../protocol/membership.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import type { DirectoryWriter } from '../../storage/storage.js';
import type { ChangeRequest, Preconditions, Provisioning, TenantScope } from '../scope.js';
import { contentOf } from './content.js';
import { changedNames, membersText, nameOf } from './effect.js';
import { unknownResource, checkPreconditions, membershipChanged, refuseTaken } from './refusals.js';
import { resourceOf } from './representation.js';

/** A change of one resource: what it becomes, and what happens to its members where it is a group. */
export interface Change {
  readonly type: ResourceTypeName;
  readonly id: string;
  readonly preconditions: Preconditions;
  /** The resource as it is to be; pure, and may be called again. */
  readonly apply: (resource: JsonObject) => JsonObject;
  readonly steps: readonly MembershipStep[];
  readonly withGroups?: ChangeRequest['withGroups'];
  readonly onEffect?: ChangeRequest['onEffect'];
}

/**
 * Changes a resource as a whole or not at all. A change that changes nothing writes nothing: version and lastModified
 * stand.
 * @returns the resource as it is stored afterward.
 * @throws ScimError 404, 409 `uniqueness`, 412, or what `apply` throws.
 */
export async function changeResource(
  provisioning: Provisioning,
  scope: TenantScope,
  change: Change,
): Promise<StoredResource> {
  const { type, id, preconditions } = change;
  if (!isId(id)) throw unknownResource(type, id);
  const at = provisioning.now().toISOString();
  return provisioning.storage.write(
    scope.tenant.id,
    async (directory) => {
      const stored = await directory.findForUpdate(type, id, type === 'User' && change.withGroups === true);
      if (stored === undefined) throw unknownResource(type, id);
      checkPreconditions(preconditions, stored.version);
      return store(directory, scope, stored, change, at);
    },
    scope.tenant.schemas.revision,
    scope.proof,
  );
}

async function store(
  directory: DirectoryWriter,
  scope: TenantScope,
  stored: StoredResource,
  { apply, steps, onEffect }: Change,
  at: string,
): Promise<StoredResource> {
  const { type, id } = stored;
  const before = resourceOf(stored);
  const after = apply(inRegisteredForm(before, scope, type));
  const membersChanged = steps.length > 0 && membershipChanged(await directory.changeMembers(id, steps));
  const isSame = sameResource(before, after);
  onEffect?.({
    id,
    name: nameOf(type, after),
    changed: [...(membersChanged ? [membersText(steps)] : []), ...(isSame ? [] : changedNames(before, after))],
  });
  if (!isSame) {
    const content = contentOf(after, scope.types[type]);
    refuseTaken(await directory.update(type, id, at, content), type, after);
    return { ...stored, version: stored.version + 1, lastModified: at, document: content.document };
  }
  if (!membersChanged) return stored;
  return { ...stored, version: await directory.touch(type, id, at), lastModified: at };
}

/**
 * A staged resource as the schemas that are being registered have it, whether or not the registration has come to it: a
 * change must not lose what was kept as sent. A value that does not fit stays as it is unless it is to be discarded.
 */
function inRegisteredForm(resource: JsonObject, scope: TenantScope, type: ResourceTypeName): JsonObject {
  return scope.registering
    .filter(({ schema }) => schema.resourceType === type)
    .reduce((before, { schema, dropInvalid }) => {
      const conformed = conform(before, schema, scope.types[type]);
      return conformed.misfits.length > 0 && !dropInvalid ? before : conformed.resource;
    }, resource);
}
