import type { JsonObject } from '../../protocol/json.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schemas/enterprise-user.js';
import { GROUP_SCHEMA } from '../../protocol/schemas/group.js';
import { USER_SCHEMA } from '../../protocol/schemas/user.js';

const GIVEN = [
  ...['Amara', 'Bram', 'Chiara', 'Daan', 'Elif', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jurre', 'Kasia', 'Lars', 'Mei'],
  ...['Noor', 'Olek', 'Priya', 'Quinn', 'Rasmus', 'Sanne', 'Tariq', 'Ulla', 'Vera', 'Wout', 'Ximena', 'Yusuf', 'Zoë'],
] as const;

const FAMILIES = [
  ...['Verane', 'Halvorsund', 'Carvalho-Lund', 'Okonjo', 'Žitnik', 'van den Berg', 'Nakamura', 'O’Neill', 'de Vries'],
  ...['Petrov', 'Lindqvist', 'Castellan', 'Haddad', 'Moreau', 'Kowalska', 'Sørensen', 'Bianchi', 'Yilmaz', 'Ferreira'],
] as const;

const TITLES = ['Site planner', 'Controller', 'Counsel', 'Researcher', 'Account manager', 'Engineer', 'Nurse'] as const;
const DEPARTMENTS = ['Facilities', 'Finance', 'Legal', 'Research', 'Sales', 'Operations', 'Care'] as const;

type Place = readonly [street: string, locality: string, postalCode: string, country: string, language: string];

const PLACES: readonly [Place, ...Place[]] = [
  ['Kade 12', 'Utrecht', '3511 AA', 'NL', 'nl-NL'],
  ['Torvet 3', 'Aarhus', '8000', 'DK', 'da-DK'],
  ['Rua do Porto 45', 'Lisboa', '1200-300', 'PT', 'pt-PT'],
  ['Lange Straße 7', 'Bremen', '28195', 'DE', 'de-DE'],
];

/** One in so many people is disabled. */
const DISABLED = 50;

/**
 * An invented person as Entra's default mapping provisions one, in canonical form. The same seed and number make the same
 * person. Names that are unique come in the order of the numbers, so that a million of them are appended to their indexes.
 * @param number from 0 to 9,999,999
 */
export function person(seed: number, number: number): JsonObject {
  const chance = scrambled(seed, number);
  const pick = <T>(from: readonly [T, ...T[]], shift: number): T => from[(chance >>> shift) % from.length] ?? from[0];
  const [given, family] = [pick(GIVEN, 0), pick(FAMILIES, 5)];
  const [street, locality, postalCode, country, language] = pick(PLACES, 10);
  const alias = aliasOf(number);
  const name = `${given} ${family}`;
  return {
    schemas: [USER_SCHEMA.id, ENTERPRISE_USER_SCHEMA.id],
    externalId: alias,
    userName: userNameOf(number),
    name: { formatted: name, familyName: family, givenName: given },
    displayName: name,
    title: pick(TITLES, 12),
    preferredLanguage: language,
    active: chance % DISABLED !== 0,
    emails: [{ value: userNameOf(number), type: 'work', primary: true }],
    phoneNumbers: [{ value: `+31 30 ${1_000_000 + (chance % 9_000_000)}`, type: 'work' }],
    addresses: [{ streetAddress: street, locality, postalCode, country, type: 'work' }],
    [ENTERPRISE_USER_SCHEMA.id]: { employeeNumber: String(number), department: pick(DEPARTMENTS, 15) },
  };
}

/** An invented group, in canonical form. */
export function team(number: number): JsonObject {
  return { schemas: [GROUP_SCHEMA.id], externalId: `team-${digits(number)}`, displayName: teamNameOf(number) };
}

/** The userName of the person of that number. */
export const userNameOf = (number: number): string => `${aliasOf(number)}@contoso.example`;

/** The externalId of the person of that number. */
export const aliasOf = (number: number): string => `e${digits(number)}`;

/** The displayName of the group of that number. */
export const teamNameOf = (number: number): string => `Team ${digits(number)}`;

const digits = (number: number): string => String(number).padStart(7, '0');

/** A whole number below 2^32 that looks random: two rounds of multiplying and shifting (C. Wellons, "lowbias32"). */
export function scrambled(seed: number, number: number): number {
  let mixed = (Math.imul(seed, 0x9e3779b9) + number) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
