import { USER } from '../src/protocol/schemas/resource-types.js';
import { contentOf } from '../src/provisioning/resources/content.js';
import type { Database } from '../src/storage/sql/connections/database.js';
import { insertRows } from '../src/storage/sql/statements.js';
import { toContentColumns } from '../src/storage/sql/directory/rows.js';

/** How many users are written at a time. */
const CHUNK = 5_000;

const AT = Date.UTC(2026, 0, 1);
const FAMILIES = ['Verane', 'Halvorsund', 'Carvalho-Lund', 'Okonjo', 'Žitnik', 'van den Berg', 'Nakamura', 'O’Neill'];
const DEPARTMENTS = ['Facilities', 'Finance', 'Legal', 'Research', 'Sales'];

/** The id of the user of that number: of version 7, in the order of the numbers. */
export function idOf(index: number): string {
  const time = [index >> 12, index & 4095].map((part, place) => part.toString(16).padStart(place === 0 ? 4 : 3, '0'));
  return `0198c5a2-${time.join('-7')}-8000-${index.toString(16).padStart(12, '0')}`;
}

/** The userName of the user of that number; numbers are shuffled, so that no two orders are alike. */
export const nameOf = (index: number): string => `user.${shuffled(index).toString(36)}@contoso.example`;

const shuffled = (index: number): number => (index * 7_919) % 1_000_003;

/** A user as Entra's default mapping makes one; every fifth lacks an externalId, every seventh a displayName. */
function userOf(index: number) {
  const family = FAMILIES[index % FAMILIES.length] ?? '';
  const userName = nameOf(index);
  return {
    schemas: [USER.schema.id, ...USER.extensions.map(({ id }) => id)],
    ...(index % 5 === 0 ? {} : { externalId: `employee-${shuffled(index + 1)}` }),
    userName,
    name: { givenName: `Given ${shuffled(index + 2)}`, familyName: family, formatted: `Given ${family}` },
    ...(index % 7 === 0 ? {} : { displayName: `${family} ${shuffled(index + 3)}` }),
    title: `Site planner ${shuffled(index + 4)}`,
    preferredLanguage: 'nl-NL',
    active: index % 10 !== 0,
    emails: [{ type: 'work', value: userName, primary: true }],
    phoneNumbers: [{ type: 'work', value: `+31 30 ${shuffled(index + 5)}` }],
    addresses: [{ type: 'work', streetAddress: 'Kade 12', locality: 'Utrecht', postalCode: '3511 AA', country: 'NL' }],
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
      employeeNumber: `E-${index}`,
      department: DEPARTMENTS[index % DEPARTMENTS.length] ?? '',
    },
  };
}

/** Stages users straight in the database. */
export async function stageUsers(database: Database, tenantId: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += CHUNK) {
    const indices = Array.from({ length: Math.min(CHUNK, count - from) }, (_, offset) => from + offset);
    const contents = indices.map((index) => ({ index, content: contentOf(userOf(index), USER) }));
    const resources = contents.map(({ index, content }) => ({
      ...{ tenant_id: tenantId, id: idOf(index), type: 'User', version: 1 },
      created: new Date(AT + index * 20).toISOString(),
      last_modified: new Date(AT + shuffled(index) * 50).toISOString(),
      ...toContentColumns(content),
    }));
    const values = contents.flatMap(({ index, content: { matchingValues } }) =>
      matchingValues.map(({ attribute, value }) => ({
        ...{ tenant_id: tenantId, type: 'User', resource_id: idOf(index), attribute, value },
      })),
    );
    await database.unit(async (session) => {
      await insertRows(session, 'resources', resources);
      await insertRows(session, 'attribute_values', values);
    }, tenantId);
  }
  const counted = [{ tenant_id: tenantId, type: 'User', count }];
  await database.unit((session) => insertRows(session, 'resource_counts', counted), tenantId);
}

/**
 * Gives PostgreSQL's planner what autovacuum gives it in operation; SQLite needs nothing.
 * @param database whose scans have time for it: no lookup has
 */
export async function settle(database: Database): Promise<void> {
  if (database.dialect === 'postgres') await database.scan('', ({ knex }) => knex.raw('vacuum analyze'));
}
