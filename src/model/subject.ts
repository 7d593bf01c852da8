import type { ResourceTypeName } from '../protocol/schemas/attribute.js';

/** What the backend knows a user as, and a group. */
export type ResourceSubject = 'account' | 'group';

/** What a line or a hold is about. */
export type Subject = ResourceSubject | 'membership';

/** The subject of the lines of a resource, by its type. */
export const SUBJECT_OF: Readonly<Record<ResourceTypeName, ResourceSubject>> = {
  User: 'account',
  Group: 'group',
};
