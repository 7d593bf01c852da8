import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/** Browsers that have shown a secret token, and look at who has arrived: a reference table, looked up by the cookie alone. */
export async function up(knex: Knex): Promise<void> {
  const text = dialectOf(knex) === 'postgres' ? 'text collate "C"' : 'text';
  await knex.schema.createTable('check_sessions', (table) => {
    table.comment('Browsers that look at who has arrived: a row each, of no tenant');
    table.specificType('hash', text).primary().comment('SHA-256 of the secret in the cookie, in hexadecimal');
    table.specificType('token_hash', text).notNullable().comment('of the token, which has to be valid each time');
    table.specificType('ends', text).notNullable();
    table.index(['ends'], 'check_sessions_by_end');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('check_sessions');
}
