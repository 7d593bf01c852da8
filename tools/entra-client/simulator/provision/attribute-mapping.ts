import type { Json } from '../../json.js';
import type { DirectoryUser } from '../company/directory.js';
import { targetPath, type TargetPath } from './target-path.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Where a user's manager goes. */
export const MANAGER_TARGET = targetPath(`${ENTERPRISE}:manager`);

/** One row of the attribute mapping. */
export interface AttributeMapping {
  /** The Entra attributes whose values, joined by a space, are the value; empty ones are left out. */
  readonly sources: readonly string[];
  readonly target: TargetPath;
}

/** A value at its target. */
export interface MappedValue {
  readonly target: TargetPath;
  readonly value: Json;
}

/** The default attribute mapping of a non-gallery application, without `active` and the manager. */
const DEFAULTS: Readonly<Record<string, string>> = {
  userName: 'userPrincipalName',
  displayName: 'displayName',
  title: 'jobTitle',
  preferredLanguage: 'preferredLanguage',
  'emails[type eq "work"].value': 'mail',
  'name.givenName': 'givenName',
  'name.familyName': 'surname',
  'name.formatted': 'givenName surname',
  'addresses[type eq "work"].formatted': 'physicalDeliveryOfficeName',
  'addresses[type eq "work"].streetAddress': 'streetAddress',
  'addresses[type eq "work"].locality': 'city',
  'addresses[type eq "work"].region': 'state',
  'addresses[type eq "work"].postalCode': 'postalCode',
  'addresses[type eq "work"].country': 'country',
  'phoneNumbers[type eq "work"].value': 'telephoneNumber',
  'phoneNumbers[type eq "mobile"].value': 'mobile',
  'phoneNumbers[type eq "fax"].value': 'facsimile',
  externalId: 'mailNickname',
  [`${ENTERPRISE}:employeeNumber`]: 'employeeId',
  [`${ENTERPRISE}:department`]: 'department',
};

/** Makes an attribute mapping of targets and the Entra attributes that they get, separated by spaces. */
function attributeMapping(rows: Readonly<Record<string, string>>): readonly AttributeMapping[] {
  return Object.entries(rows).map(([target, sources]) => ({ sources: sources.split(' '), target: targetPath(target) }));
}

/** Entra's default mapping of user attributes. */
export const DEFAULT_MAPPING = attributeMapping(DEFAULTS);

/** The default mapping with other rows, or further ones. */
export const mappingWith = (rows: Readonly<Record<string, string>>): readonly AttributeMapping[] =>
  attributeMapping({ ...DEFAULTS, ...rows });

/** What a user has by a mapping; what is empty in Entra is not there. */
export function mappedValues(user: DirectoryUser, mapping: readonly AttributeMapping[]): readonly MappedValue[] {
  return mapping.flatMap(({ sources, target }) => {
    const value = sources.map((source) => sourceValue(user, source)).filter((part) => part !== '');
    return value.length === 0 ? [] : [{ target, value: value.join(' ') }];
  });
}

/** The object id counts as an attribute, which many administrators map to `externalId`. */
function sourceValue({ objectId, attributes }: DirectoryUser, source: string): string {
  if (source === 'objectId') return objectId;
  return Object.hasOwn(attributes, source) ? (attributes[source] ?? '') : '';
}
