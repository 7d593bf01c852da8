import type { ResourceType, Schema } from './attribute.js';
import { USER } from './resource-types.js';

/** Users with further extensions, such as a tenant registers. */
export const extendedUser = (...extensions: readonly Schema[]): ResourceType => ({
  ...USER,
  extensions: [...USER.extensions, ...extensions],
});
