import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/** The server processes on the database, which keep the rates of the tenants together. */
export async function up(knex: Knex): Promise<void> {
  const text = dialectOf(knex) === 'postgres' ? 'text collate "C"' : 'text';
  await knex.schema.createTable('server_processes', (table) => {
    table.comment('The server processes that are there: a row each, of no tenant');
    table.specificType('id', text).primary();
    table.text('report').notNullable().comment('JSON: requests a second that it let in lately, by tenant');
    table.double('seen').notNullable().comment("seconds since 1970 by the database's clock");
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('server_processes');
}
