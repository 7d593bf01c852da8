import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/** The links under which administrators of Entra set the connection up. */
export async function up(knex: Knex): Promise<void> {
  const text = dialectOf(knex) === 'postgres' ? 'text collate "C"' : 'text';
  await knex.schema.createTable('setup_links', (table) => {
    table.comment('The link to the setup page of a tenant: one each at most');
    table.specificType('tenant_id', text).primary();
    table.specificType('hash', text).notNullable().comment('SHA-256 of the secret in the address, in hexadecimal');
    table.specificType('cookie_hash', text).notNullable().comment('SHA-256 of what browsers get in its place');
    table.specificType('created', text).notNullable();
    table.specificType('expires', text).notNullable();
    table.specificType('opened', text).nullable().comment('when it was opened for the first time');
    table.text('ticks').notNullable().comment('JSON: when each step was done, by its number');
    table.foreign('tenant_id', 'setup_links_tenant').references('tenants.id');
    table.index(['hash'], 'setup_links_by_hash');
    table.index(['cookie_hash'], 'setup_links_by_cookie');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('setup_links');
}
