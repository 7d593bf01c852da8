import { normalizeResource } from '../protocol/entra.js';
import { canonicalizeResource } from '../protocol/canonicalize.js';
import { membershipOf } from '../protocol/membership.js';
import type { StoredResource } from '../storage/storage.js';
import { contentOf } from './content.js';
import { Representer, type Representation } from './representation.js';
import type { Provisioning, TenantScope, WriteRequest } from './scope.js';
import { membershipChanged, refuseTaken } from './uniqueness.js';

/**
 * Creates a user or a group in the tenant's staging directory (RFC 7644 §3.3).
 * @throws ScimError 400 for a body that does not fit, 409 `uniqueness` when the name is taken.
 */
export async function createResource(
  provisioning: Provisioning,
  scope: TenantScope,
  { type, body, projection, onRules }: WriteRequest,
): Promise<Representation> {
  const resourceType = scope.types[type];
  const normalized = normalizeResource(body, resourceType);
  onRules(normalized.rules);
  const resource = canonicalizeResource(normalized.message, resourceType);
  const content = contentOf(resource, resourceType);
  const steps = type === 'Group' ? membershipOf(normalized.message) : [];
  const id = provisioning.newId();
  const at = provisioning.now().toISOString();
  await provisioning.storage.write(
    scope.tenant.id,
    async (directory) => {
      refuseTaken(await directory.insert({ id, type, at, content }), type, resource);
      if (steps.length > 0) membershipChanged(await directory.changeMembers(id, steps));
    },
    scope.tenant.schemas.revision,
  );
  const stored: StoredResource = { id, type, version: 1, created: at, lastModified: at, document: content.document };
  return new Representer(provisioning, scope, projection).one(stored);
}
