import { Directory, type UserAttributes } from './directory.js';
import type { Random } from './random.js';

const GIVEN = [
  'Ada',
  'Björn',
  'Chloé',
  'Daan',
  'Eilidh',
  'Fatma',
  'Grzegorz',
  'Hana',
  'Íñigo',
  'Jorun',
  'Kofi',
  'Lotte',
];
const SURNAMES = ['van Dalen', "O'Hara", 'Ångström', 'Brook-Lind', 'Dvořák', 'Eriksen', 'García', 'Halvorsund', 'İnce'];
const TITLES = ['Site planner', 'Host', 'Engineer', 'Controller', 'Head of planning', 'Trainee'];
const DEPARTMENTS = ['Facilities', 'Research & Development', 'Sales', 'Reception', 'Finance, Control'];
const CITIES = ['Utrecht', 'Zürich', 'Gdańsk', 'Cork'];
const TEAMS = ['Floor wardens', 'Desk pool', 'Visitors (day)', 'Projects: North', 'Car park #2', 'Crew'];

/** What a generated directory is to have. */
export interface DirectorySize {
  readonly users: number;
  readonly groups: number;
}

/** A directory of people who are all assigned, with managers, groups, and some groups within groups. */
export function generateDirectory({ users, groups }: DirectorySize, random: Random): Directory {
  const directory = new Directory();
  for (let index = 0; index < users; index += 1) hire(directory, random);
  for (let index = 0; index < groups; index += 1) foundGroup(directory, random);
  return directory;
}

/** Adds a user, who gets a manager among those who are there already. */
export function hire(directory: Directory, random: Random): void {
  const present = directory.users.filter(({ state }) => state === 'present');
  const objectId = random.guid();
  directory.addUser(objectId, personOf(directory.users.length + 1, random));
  if (present.length > 0 && random.chance(0.9)) {
    directory.changeUser(objectId, { manager: random.pick(present.slice(0, 20)).objectId });
  }
}

function personOf(number: number, random: Random): UserAttributes {
  const [givenName, surname] = [random.pick(GIVEN), random.pick(SURNAMES)];
  const mailNickname = `${givenName}.${surname}`.toLowerCase().replace(/[^a-z.]/g, '') + String(number);
  const all = {
    userPrincipalName: `${mailNickname}@contoso.example`,
    mailNickname,
    mail: `${mailNickname}@contoso.example`,
    displayName: `${givenName} ${surname}`,
    givenName,
    surname,
    jobTitle: random.pick(TITLES),
    department: random.pick(DEPARTMENTS),
    employeeId: `E-${number}`,
    preferredLanguage: random.pick(['nl-NL', 'en-GB', 'de-CH']),
    city: random.pick(CITIES),
    streetAddress: `Kade ${number}`,
    telephoneNumber: `+31 30 555 ${String(number).padStart(4, '0')}`,
    mobile: `+31 6 5550 ${String(number).padStart(4, '0')}`,
  };
  // Nobody has everything filled in.
  const optional = ['jobTitle', 'preferredLanguage', 'city', 'streetAddress', 'telephoneNumber', 'mobile'];
  return Object.fromEntries(Object.entries(all).filter(([name]) => !optional.includes(name) || random.chance(0.7)));
}

/** Adds a group with up to 30 members, sometimes with another group among them. */
export function foundGroup(directory: Directory, random: Random): void {
  const { users, groups } = directory;
  const objectId = random.guid();
  directory.addGroup(objectId, `${random.pick(TEAMS)} ${groups.length + 1}`);
  const members = users.length === 0 ? 0 : random.below(30) + 1;
  for (let index = 0; index < members; index += 1) directory.addMember(objectId, random.pick(users).objectId);
  if (groups.length > 0 && random.chance(0.2)) directory.addMember(objectId, random.pick(groups).objectId);
}
