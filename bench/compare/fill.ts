import knexOn, { type Knex } from 'knex';
import { v7 as newId } from 'uuid';
import { openServices } from '../../src/compose.js';
import { readConfig } from '../../src/config.js';
import { GROUP } from '../../src/protocol/schemas/resource-types.js';
import { contentOf } from '../../src/provisioning/resources/content.js';
import { scopeOf } from '../../src/provisioning/scope.js';
import { aliasOf, person, team, teamNameOf, userNameOf } from '../../src/provisioning/seed/person.js';
import { seedTenant } from '../../src/provisioning/seed/seed-tenant.js';
import { chunks } from '../../src/storage/sql/statements.js';
import type { Client } from './client.js';
import { SEED, SPARE, type Filling } from './workloads.js';

const UNIT = 5_000;
const REQUESTS_AT_A_TIME = 16;

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** Fills a database of our own. Returns the secret token. */
export async function fillSeed(databaseUrl: string, { size, members }: Filling): Promise<string> {
  const services = await openServices(readConfig({ DATABASE_URL: databaseUrl }), { create: true });
  const { tenancy, storage } = services;
  const { tenant, secret } = await tenancy.createTenant(`bench ${newId()}`);
  const seeding = { storage, now: () => new Date(), newId: () => newId() };
  const plan = { users: size + SPARE, groups: 0, members: 0, seed: SEED, add: false };
  const { userId } = await seedTenant(seeding, scopeOf(tenant), plan, () => undefined);
  const bulk = storage.bulk(tenant.id, tenant.schemas.revision);
  for (const [index, count] of members.entries()) {
    const id = newId();
    const at = new Date().toISOString();
    await bulk.addResources([{ id, type: 'Group', at, content: contentOf(team(index), GROUP) }]);
    for (const piece of chunks(numbers(count), UNIT)) {
      await bulk.addMembers(
        id,
        piece.map((number) => ({ id: userId(number), type: 'User' })),
      );
    }
  }
  await bulk.finish();
  await services.close();
  return secret;
}

/**
 * Fills tables of stored JSON, as a program without SCIM would have them, in a file of SQLite or in PostgreSQL.
 * @param schema of PostgreSQL, which the URL has as its search path and which is made anew
 */
export async function fillTable(url: string, filling: Filling, schema?: string): Promise<void> {
  const knex = url.startsWith('postgres')
    ? knexOn({ client: 'pg', connection: url })
    : knexOn({ client: 'sqlite3', connection: { filename: url }, useNullAsDefault: true });
  if (schema !== undefined) await knex.raw('drop schema if exists ?? cascade', [schema]);
  if (schema !== undefined) await knex.raw('create schema ??', [schema]);
  await createTables(knex);
  await knex.transaction((transaction) => fillTables(transaction, filling));
  if (schema !== undefined) await knex.raw('analyze users, groups, members');
  await knex.destroy();
}

async function createTables(knex: Knex): Promise<void> {
  await knex.schema.createTable('users', (table) => {
    table.text('id').primary();
    table.text('user_name').notNullable().unique();
    table.text('external_id').index();
    table.text('document').notNullable();
  });
  await knex.schema.createTable('groups', (table) => {
    table.text('id').primary();
    table.text('display_name').notNullable().unique();
    table.text('document').notNullable();
  });
  await knex.schema.createTable('members', (table) => {
    table.text('group_id').notNullable();
    table.text('user_id').notNullable();
    table.primary(['group_id', 'user_id']);
    table.index(['user_id', 'group_id']);
  });
}

const tableId = (kind: 'a' | 'b', number: number): string =>
  `0198c5a2-0000-7000-${kind}000-${number.toString(16).padStart(12, '0')}`;

async function fillTables(knex: Knex, { size, members }: Filling): Promise<void> {
  const at = new Date().toISOString();
  const metaOf = (resourceType: string) => ({ resourceType, created: at, lastModified: at });
  const documentOf = (resource: object, id: string, type: string): string =>
    JSON.stringify({ ...resource, id, meta: metaOf(type) });
  for (const piece of chunks(numbers(size + SPARE), 1_000)) {
    const rows = piece.map((number) => ({
      ...{ id: tableId('a', number), user_name: userNameOf(number), external_id: aliasOf(number) },
      document: documentOf(person(SEED, number), tableId('a', number), 'User'),
    }));
    await knex.batchInsert('users', rows, 200);
  }
  for (const [index, count] of members.entries()) {
    const id = tableId('b', index);
    const document = documentOf(team(index), id, 'Group');
    await knex('groups').insert({ id, display_name: teamNameOf(index).toLowerCase(), document });
    const rows = numbers(count).map((number) => ({ group_id: id, user_id: tableId('a', number) }));
    await knex.batchInsert('members', rows, 400);
  }
}

/**
 * Fills a server by its own SCIM.
 * @throws Error if a user is refused; a group that is refused is left out
 */
export async function fillByRequests(client: Client, { size, members }: Filling): Promise<void> {
  const ids: string[] = [];
  for (const piece of chunks(numbers(size + SPARE), REQUESTS_AT_A_TIME)) {
    const creating = piece.map((number) => client.send({ method: 'POST', path: '/Users', body: person(SEED, number) }));
    for (const { status, text } of await Promise.all(creating)) {
      if (status !== 201) throw new Error(`a user is answered ${status}: ${text.slice(0, 300)}`);
      ids.push((JSON.parse(text) as { id: string }).id);
    }
  }
  for (const [index, count] of members.entries()) {
    const body = { ...team(index), members: ids.slice(0, count).map((value) => ({ value })) };
    await client.send({ method: 'POST', path: '/Groups', body });
  }
}
