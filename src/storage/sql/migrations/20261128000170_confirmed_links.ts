import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/**
 * Links that a person has confirmed hold for later plans too; the outcome of a run is kept with it, so that runs are listed without
 * counting their lines; and the audit trail is read by what it is about.
 */
export async function up(knex: Knex): Promise<void> {
  const postgres = dialectOf(knex) === 'postgres';
  const key = (table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder =>
    table.specificType(name, postgres ? 'text collate "C"' : 'text');
  await knex.schema.createTable('sync_confirmed_links', (table) => {
    table.comment('Accounts of the backend that a person has confirmed to belong to a user or a group');
    key(table, 'tenant_id').notNullable();
    key(table, 'subject').notNullable().comment('account or group');
    key(table, 'resource_id').notNullable();
    key(table, 'account_id').notNullable().comment("the backend's own id");
    table.text('confirmed_by').notNullable();
    table.primary(['tenant_id', 'subject', 'resource_id']);
    table.foreign('tenant_id', 'sync_confirmed_links_tenant').references('tenants.id');
  });
  await knex.schema.alterTable('sync_runs', (table) => {
    table
      .text('counts')
      .nullable()
      .comment('JSON: how many lines came to what; null before its end, and of older runs');
  });
  await knex.raw(
    'create index sync_audit_by_resource on sync_audit (tenant_id, resource_id, id) where resource_id is not null',
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index sync_audit_by_resource');
  await knex.schema.alterTable('sync_runs', (table) => {
    table.dropColumn('counts');
  });
  await knex.schema.dropTable('sync_confirmed_links');
}
