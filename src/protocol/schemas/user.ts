import { attribute, INDEXED_LENGTH, multiValued, primary, type Schema } from './attribute.js';

/** The core User schema (RFC 7643 §4.1, §8.7.1). */
export const USER_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'User Account: a person whom the company assigned to FlexWhere',
  attributes: [
    attribute('userName', 'The unique name with which the person signs in; usually the user principal name.', {
      required: true,
      uniqueness: 'server',
      maxLength: INDEXED_LENGTH,
    }),
    attribute('name', "The components of the person's name.", {
      type: 'complex',
      subAttributes: [
        attribute('formatted', 'The full name, as it is shown.'),
        attribute('familyName', 'The family name, or last name.'),
        attribute('givenName', 'The given name, or first name.'),
        attribute('middleName', 'The middle names, separated by spaces.'),
        attribute('honorificPrefix', 'The title before the name, such as Dr.'),
        attribute('honorificSuffix', 'The suffix after the name, such as III.'),
      ],
    }),
    attribute('displayName', 'The name that is shown to other people.', { maxLength: INDEXED_LENGTH }),
    attribute('nickName', 'The casual name by which the person is addressed, such as Bob for Robert.'),
    attribute('profileUrl', "The URI of the person's profile page.", {
      type: 'reference',
      caseExact: true,
      referenceTypes: ['external'],
    }),
    attribute('title', "The person's job title, such as Facility Manager."),
    attribute('userType', 'How the person relates to the company, such as Employee or Contractor.'),
    attribute(
      'preferredLanguage',
      'The preferred languages, such as nl-NL, in the form of the Accept-Language header.',
    ),
    attribute('locale', 'The locale for dates, numbers and currency, such as nl-NL.'),
    attribute('timezone', 'The time zone by its name in the IANA database, such as Europe/Amsterdam.'),
    attribute('active', 'Whether the person may use FlexWhere; Entra sets it to false instead of deleting.', {
      type: 'boolean',
    }),
    attribute(
      'password',
      'Accepted so that clients can send it, and discarded: it is never stored, compared or returned.',
      {
        mutability: 'writeOnly',
        returned: 'never',
        caseExact: true,
      },
    ),
    multiValued('emails', 'Email addresses.', {
      noun: 'email address',
      what: 'The email address, such as tamsin@contoso.example.',
      value: { maxLength: INDEXED_LENGTH, matching: true },
      types: ['work', 'home', 'other'],
    }),
    multiValued('phoneNumbers', 'Telephone numbers.', {
      noun: 'telephone number',
      what: 'The telephone number, as it was sent.',
      types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    }),
    multiValued('ims', 'Instant messaging addresses.', {
      noun: 'instant messaging address',
      types: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
    }),
    multiValued('photos', 'URIs of photographs of the person.', {
      noun: 'photograph',
      what: 'The URI of the photograph.',
      value: { type: 'reference', caseExact: true, referenceTypes: ['external'] },
      types: ['photo', 'thumbnail'],
    }),
    attribute('addresses', 'Postal addresses of the person.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('formatted', 'The whole address, as it is written on an envelope.'),
        attribute('streetAddress', 'The street, house number and room.'),
        attribute('locality', 'The city or town.'),
        attribute('region', 'The state or province.'),
        attribute('postalCode', 'The postal code, in the form that the country uses.'),
        attribute('country', 'The country by its two letters in ISO 3166-1, such as NL.'),
        attribute('type', 'What the address is used for, such as work or home.', {
          canonicalValues: ['work', 'home', 'other'],
        }),
        primary('Whether this is the preferred address; true on one element at most.'),
      ],
    }),
    attribute('groups', 'The groups that the person belongs to, directly or through nested groups.', {
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
      subAttributes: [
        attribute('value', 'The id of the group.', { caseExact: true, mutability: 'readOnly' }),
        attribute('$ref', 'The URI of the group.', {
          type: 'reference',
          caseExact: true,
          mutability: 'readOnly',
          referenceTypes: ['Group'],
        }),
        attribute('display', 'The displayName of the group.', { mutability: 'readOnly' }),
        attribute('type', 'Whether the membership is direct or through a nested group.', {
          mutability: 'readOnly',
          canonicalValues: ['direct', 'indirect'],
        }),
      ],
    }),
    multiValued('entitlements', 'Things that the person is entitled to.', {
      noun: 'entitlement',
      what: 'The entitlement, by its name or id.',
    }),
    multiValued('roles', 'Roles of the person in the company or its applications.', {
      noun: 'role',
      what: 'The role, by its name or id.',
    }),
    multiValued('x509Certificates', 'X.509 certificates of the person.', {
      noun: 'certificate',
      what: 'The base64 of the DER form of the certificate.',
      value: { type: 'binary', caseExact: true },
    }),
  ],
};
