import { attribute, INDEXED_LENGTH, multiValued, primary, type Schema } from './attribute.js';

/** The core User schema (RFC 7643 §4.1, §8.7.1). */
export const USER_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'A person whom the company assigned to FlexWhere',
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
        attribute('middleName', 'The middle names.'),
        attribute('honorificPrefix', 'The title in front of the name.'),
        attribute('honorificSuffix', 'The suffix behind the name.'),
      ],
    }),
    attribute('displayName', 'The name that is shown to other people.', { maxLength: INDEXED_LENGTH }),
    attribute('nickName', 'The casual way to address the person.'),
    attribute('profileUrl', "The URI of the person's profile page.", {
      type: 'reference',
      caseExact: true,
      referenceTypes: ['external'],
    }),
    attribute('title', "The person's job title."),
    attribute('userType', 'How the person relates to the company, such as Employee or Contractor.'),
    attribute('preferredLanguage', 'The preferred languages, as in the Accept-Language header.'),
    attribute('locale', 'The locale for dates, numbers and currency, such as nl-NL.'),
    attribute('timezone', 'The time zone, as the IANA database names it.'),
    attribute('active', 'Whether the person may use FlexWhere; Entra sets it to false instead of deleting.', {
      type: 'boolean',
    }),
    attribute('password', 'Accepted for the sake of clients that send it; never stored.', {
      mutability: 'writeOnly',
      returned: 'never',
      caseExact: true,
    }),
    multiValued('emails', 'E-mail addresses.', {
      value: { maxLength: INDEXED_LENGTH, matching: true },
      types: ['work', 'home', 'other'],
    }),
    multiValued('phoneNumbers', 'Telephone numbers.', {
      types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    }),
    multiValued('ims', 'Instant messaging addresses.', {
      types: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
    }),
    multiValued('photos', 'URIs of photographs.', {
      value: { type: 'reference', caseExact: true, referenceTypes: ['external'] },
      types: ['photo', 'thumbnail'],
    }),
    attribute('addresses', 'Postal addresses.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('formatted', 'The whole address, as it is printed.'),
        attribute('streetAddress', 'Street, house number, room.'),
        attribute('locality', 'The city.'),
        attribute('region', 'The state or province.'),
        attribute('postalCode', 'The postal code.'),
        attribute('country', 'The country, as ISO 3166-1 alpha-2 names it.'),
        attribute('type', 'What the address is used for.', { canonicalValues: ['work', 'home', 'other'] }),
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
    multiValued('entitlements', 'Things that the person is entitled to.'),
    multiValued('roles', 'Roles of the person.'),
    multiValued('x509Certificates', 'Certificates, each as base64 of its DER form.', {
      value: { type: 'binary', caseExact: true },
    }),
  ],
};
