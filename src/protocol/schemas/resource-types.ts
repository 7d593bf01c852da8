import type { ResourceType } from './attribute.js';
import { ENTERPRISE_USER_SCHEMA } from './enterprise-user.js';
import { GROUP_SCHEMA } from './group.js';
import { USER_SCHEMA } from './user.js';

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
