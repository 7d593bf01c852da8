import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/**
 * The activity log. The primary key is the order in time, since ids are UUIDv7. What is of no tenant has a table of its own, so
 * that every key of the others begins with tenant_id.
 */
export async function up(knex: Knex): Promise<void> {
  const postgres = dialectOf(knex) === 'postgres';
  const key = (table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder =>
    table.specificType(name, postgres ? 'text collate "C"' : 'text');

  await knex.schema.alterTable('tokens', (table) => {
    key(table, 'prefix').nullable().comment('8 characters behind fwscim_, in clear; null for tokens from before');
    table.index(['prefix'], 'tokens_prefix');
  });

  await knex.schema.createTable('activity', (table) => {
    table.comment('What provisioning clients asked for, by its meaning: a row a request, without bodies and tokens');
    key(table, 'tenant_id').notNullable();
    key(table, 'id').notNullable().comment('UUIDv7: the order of the key is the order in time');
    key(table, 'at').notNullable();
    key(table, 'request_id').notNullable();
    key(table, 'source').notNullable().comment('entra, browser or operator');
    key(table, 'operation').notNullable().comment('such as user.deactivate');
    table.integer('status').notNullable();
    key(table, 'outcome').notNullable().comment('ok, nothing, unchanged, refused or failed');
    table.bigInteger('duration_us').notNullable();
    table.integer('count').notNullable().comment('how many requests the row stands for');
    key(table, 'resource_type').nullable();
    key(table, 'resource_id').nullable();
    table.text('subject').nullable().comment('userName, externalId, e-mail or displayName, as sent');
    key(table, 'subject_key').nullable().comment('the same, folded');
    key(table, 'token_id').nullable();
    key(table, 'token_prefix').nullable();
    key(table, 'reason').nullable().comment('what is wrong with the token');
    key(table, 'scim_type').nullable();
    table.text('detail').nullable();
    table.text('changed').nullable().comment('JSON: names of attributes');
    table.text('ignored').nullable().comment('JSON: names of attributes');
    table.text('rules').nullable().comment('JSON: names of dialect rules');
    key(table, 'network').nullable();
    table.primary(['tenant_id', 'id']);
    table.foreign('tenant_id', 'activity_tenant').references('tenants.id');
    table.index(['id'], 'activity_by_time');
    table.index(['request_id'], 'activity_by_request');
  });
  await knex.raw(
    'create index activity_by_resource on activity (tenant_id, resource_id, id) where resource_id is not null',
  );
  await knex.raw(
    'create index activity_by_subject on activity (tenant_id, subject_key, id) where subject_key is not null',
  );
  await knex.raw("create index activity_problems on activity (tenant_id, id) where outcome in ('refused', 'failed')");

  await knex.schema.createTable('activity_unattributed', (table) => {
    table.comment('Requests whose token tells of no tenant: a row each, of no tenant');
    key(table, 'id').primary();
    key(table, 'at').notNullable();
    key(table, 'request_id').notNullable();
    key(table, 'source').notNullable();
    key(table, 'operation').notNullable();
    table.integer('status').notNullable();
    key(table, 'outcome').notNullable();
    table.bigInteger('duration_us').notNullable();
    table.integer('count').notNullable();
    key(table, 'token_prefix').nullable();
    key(table, 'reason').nullable();
    table.text('detail').nullable();
    key(table, 'network').nullable();
  });

  await knex.schema.createTable('activity_hours', (table) => {
    table.comment('How often each operation ended in which way, by the hour');
    key(table, 'tenant_id').notNullable();
    key(table, 'hour').notNullable();
    key(table, 'operation').notNullable();
    key(table, 'outcome').notNullable();
    table.bigInteger('n').notNullable();
    table.bigInteger('total_us').notNullable();
    table.primary(['tenant_id', 'hour', 'operation', 'outcome']);
    table.foreign('tenant_id', 'activity_hours_tenant').references('tenants.id');
  });

  await knex.schema.createTable('activity_settings', (table) => {
    table.comment('What an operator has set for the activity log of a tenant');
    key(table, 'tenant_id').primary();
    table.integer('retention_days').notNullable();
    table.foreign('tenant_id', 'activity_settings_tenant').references('tenants.id');
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['activity_settings', 'activity_hours', 'activity_unattributed', 'activity']) {
    await knex.schema.dropTable(table);
  }
  await knex.raw('drop index tokens_prefix');
  await knex.raw('alter table tokens drop column prefix');
}
