import { attribute, type ResourceType } from '../schemas/attribute.js';
import { USER } from '../schemas/resource-types.js';

/** The URN of an extension that a tenant registered. */
export const BADGE = 'urn:example:params:scim:schemas:extension:badge:2.0:User';

/** Users of a tenant with an extension of its own, which has the characteristics that the core schemas do not. */
export const TENANT_USER: ResourceType = {
  ...USER,
  extensions: [
    ...USER.extensions,
    {
      id: BADGE,
      name: 'Badge',
      description: 'A badge that opens doors',
      attributes: [
        attribute('number', 'The number on the badge.', { mutability: 'immutable', caseExact: true }),
        attribute('doors', 'The doors that it opens.', { multiValued: true }),
        attribute('level', 'How far it reaches.', { type: 'integer' }),
        attribute('weight', 'In grams.', { type: 'decimal' }),
        attribute('issued', 'When it was handed out.', { type: 'dateTime', returned: 'request' }),
        attribute('chip', 'What the chip says.', { type: 'binary', returned: 'never', mutability: 'readWrite' }),
        attribute('deposit', 'What was paid for it.', {
          type: 'complex',
          subAttributes: [
            attribute('amount', 'How much.', { type: 'decimal', required: true, returned: 'always' }),
            attribute('receipt', 'The number of the receipt.', { mutability: 'immutable' }),
          ],
        }),
        attribute('lockers', 'The lockers that it opens.', {
          type: 'complex',
          multiValued: true,
          subAttributes: [
            attribute('value', 'The number of the locker.', { mutability: 'immutable' }),
            attribute('side', 'Left or right.'),
          ],
        }),
      ],
    },
  ],
};
