import { attribute, INDEXED_LENGTH, type Schema } from './attribute.js';

/** The core Group schema (RFC 7643 §4.2, §8.7.1). Entra matches on displayName and expects it to be unique. */
export const GROUP_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'Group: a group of people that the company assigned to FlexWhere',
  attributes: [
    attribute('displayName', 'The name of the group; unique within the tenant.', {
      required: true,
      uniqueness: 'server',
      maxLength: INDEXED_LENGTH,
    }),
    attribute('members', 'The members of the group: users and groups.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', 'The id of the member.', { caseExact: true, mutability: 'immutable' }),
        attribute('$ref', 'The URI of the member.', {
          type: 'reference',
          caseExact: true,
          mutability: 'immutable',
          referenceTypes: ['User', 'Group'],
        }),
        attribute('type', 'Whether the member is a User or a Group.', {
          mutability: 'immutable',
          canonicalValues: ['User', 'Group'],
        }),
        attribute('display', 'The displayName of the member.', { mutability: 'readOnly' }),
      ],
    }),
  ],
};
