import type { ResourceType } from './attribute.js';
import { ENTERPRISE_USER_SCHEMA } from './enterprise-user.js';
import { GROUP_SCHEMA } from './group.js';
import { USER_SCHEMA } from './user.js';

const DRAFT_CORE = /^urn:scim:schemas:core:[12]\.0:(user|group)(?=$|:)/i;

/**
 * Whether a name begins with the core URN of another resource type, also as drafts of the RFC had it: what stands under it
 * is no extension, and means nothing here.
 */
export function isOfOtherType(name: string, type: ResourceType): boolean {
  const lower = name.toLowerCase();
  const [, draft = type.name] = DRAFT_CORE.exec(name) ?? [];
  if (draft.toLowerCase() !== type.name.toLowerCase()) return true;
  return [USER_SCHEMA, GROUP_SCHEMA].some(({ id }) => {
    const urn = id.toLowerCase();
    return id !== type.schema.id && (lower === urn || lower.startsWith(`${urn}:`));
  });
}

/** Users, with the extensions that every tenant has (RFC 7643 §6). */
export const USER: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: USER_SCHEMA.description,
  schema: USER_SCHEMA,
  extensions: [ENTERPRISE_USER_SCHEMA],
};

/** Groups (RFC 7643 §6). */
export const GROUP: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: GROUP_SCHEMA.description,
  schema: GROUP_SCHEMA,
  extensions: [],
};
