import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/** Who is signed in to the console: a reference table, since people of FlexWhere look at every tenant. */
export async function up(knex: Knex): Promise<void> {
  const text = dialectOf(knex) === 'postgres' ? 'text collate "C"' : 'text';
  await knex.schema.createTable('console_sessions', (table) => {
    table.comment('Sessions of the console: a row each, of no tenant');
    table.specificType('hash', text).primary().comment('SHA-256 of the secret in the cookie, in hexadecimal');
    table.text('name').notNullable().comment('who is signed in, as the audit trail names them');
    table.specificType('role', text).notNullable().comment('viewer, operator or admin');
    table.specificType('signed_in', text).notNullable();
    table.specificType('last_seen', text).notNullable();
    table.index(['signed_in'], 'console_sessions_by_sign_in');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('console_sessions');
}
