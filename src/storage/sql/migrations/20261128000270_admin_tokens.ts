import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/** Tokens for the admin API and the console besides the ADMIN_TOKEN: a reference table, since operators see every tenant. */
export async function up(knex: Knex): Promise<void> {
  const text = dialectOf(knex) === 'postgres' ? 'text collate "C"' : 'text';
  await knex.schema.createTable('admin_tokens', (table) => {
    table.comment('Admin tokens, of no tenant; of a token, the hash alone');
    table.specificType('id', text).primary();
    table.specificType('hash', text).notNullable().unique().comment('SHA-256 of the token, in hexadecimal');
    table.text('label').notNullable().comment('by which the audit trail names whoever used it');
    table.specificType('label_key', text).notNullable().unique().comment('the label without differences of case');
    table.specificType('role', text).notNullable().comment('viewer, operator or admin');
    table.specificType('prefix', text).notNullable().comment('the first characters, by which people recognize it');
    table.specificType('created', text).notNullable();
    table.text('created_by').notNullable();
    table.specificType('expires_at', text).nullable();
    table.specificType('last_used', text).nullable().comment('to the minute');
    table.specificType('revoked_at', text).nullable();
    table.text('revoked_by').nullable();
  });
  await knex.schema.alterTable('console_sessions', (table) => {
    table.specificType('token_id', text).nullable().comment('the admin token by which the person signed in');
    table.specificType('proof', text).nullable().comment('of the ADMIN_TOKEN by which the person signed in');
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const column of ['proof', 'token_id']) await knex.raw(`alter table console_sessions drop column ${column}`);
  await knex.schema.dropTable('admin_tokens');
}
