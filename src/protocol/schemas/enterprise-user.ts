import { attribute, INDEXED_LENGTH, type Schema } from './attribute.js';

/** The enterprise extension of User (RFC 7643 §4.3, §8.7.1). */
export const ENTERPRISE_USER_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'Enterprise User: what an employer knows of a person',
  attributes: [
    attribute('employeeNumber', 'The number or code that the company gave the person.'),
    attribute('costCenter', 'The cost center that the person belongs to.'),
    attribute('organization', 'The organization that the person belongs to.'),
    attribute('division', 'The division that the person belongs to.'),
    attribute('department', 'The department that the person belongs to.'),
    attribute('manager', "The person's manager.", {
      type: 'complex',
      subAttributes: [
        attribute('value', "The id of the manager's User resource.", {
          caseExact: true,
          maxLength: INDEXED_LENGTH,
          matching: true,
        }),
        attribute('$ref', "The URI of the manager's User resource.", {
          type: 'reference',
          caseExact: true,
          mutability: 'readOnly',
          referenceTypes: ['User'],
        }),
        attribute('displayName', "The manager's displayName; read-only.", { mutability: 'readOnly' }),
      ],
    }),
  ],
};
