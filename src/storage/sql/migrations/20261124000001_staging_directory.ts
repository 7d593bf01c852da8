import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/**
 * The staging directory: what the provisioning clients of all tenants have sent.
 * Every primary, unique and foreign key begins with tenant_id, but for the reference tables `tenants` and `tokens`,
 * so that the schema can be distributed by tenant.
 */
export async function up(knex: Knex): Promise<void> {
  const postgres = dialectOf(knex) === 'postgres';

  // Text that is compared is compared by its bytes, so that both databases order and match alike.
  const key = (table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder =>
    table.specificType(name, postgres ? 'text collate "C"' : 'text');

  await knex.schema.createTable('tenants', (table) => {
    table.comment('The companies that share this server');
    key(table, 'id').primary();
    key(table, 'name')
      .notNullable()
      .comment('what the operator calls the company')
      .unique({ indexName: 'tenants_name' });
    table.boolean('enabled').notNullable().comment('a disabled tenant is answered 403');
    table.text('settings').notNullable().comment('JSON: the settings that differ from the defaults');
    key(table, 'created').notNullable();
    key(table, 'last_modified').notNullable();
  });

  await knex.schema.createTable('tokens', (table) => {
    table.comment('Secret tokens of the tenants, as hashes; a token itself is shown once and never stored');
    key(table, 'id').primary();
    key(table, 'tenant_id').notNullable().references('tenants.id').onDelete('CASCADE');
    key(table, 'hash')
      .notNullable()
      .comment('SHA-256 of the token, in hexadecimal')
      .unique({ indexName: 'tokens_hash' });
    table.text('label').notNullable();
    key(table, 'created').notNullable();
    key(table, 'expires_at').nullable();
    key(table, 'last_used').nullable().comment('to the minute');
    key(table, 'revoked_at').nullable();
    table.index(['tenant_id', 'id'], 'tokens_tenant');
  });

  await knex.schema.createTable('resources', (table) => {
    table.comment('Users and groups as staged');
    key(table, 'tenant_id').notNullable();
    key(table, 'id').notNullable().comment('UUIDv7: the order of creation is the order of the key');
    key(table, 'type').notNullable().comment('User or Group');
    table.bigInteger('version').notNullable().comment('rises by one with each change');
    key(table, 'created').notNullable().comment('fixed-width UTC');
    key(table, 'last_modified').notNullable().comment('fixed-width UTC');
    key(table, 'user_name').nullable().comment('folded; users only');
    key(table, 'display_name').nullable().comment('folded');
    table.text('display').nullable().comment('displayName as sent, for members, groups and managers');
    key(table, 'external_id').nullable().comment('as sent: it compares exactly');
    table.boolean('active').nullable().comment('users only');
    table
      .text('document')
      .notNullable()
      .comment('JSON: the resource as it is returned, without id, meta, groups, members');
    table
      .specificType('search', postgres ? 'jsonb' : 'text')
      .notNullable()
      .comment('JSON: the search form of the resource');
    table.primary(['tenant_id', 'id']);
    // A tenant that is being erased gets nothing new.
    table.foreign('tenant_id', 'resources_tenant').references('tenants.id');
    // Lists are paged along these; id behind the sorted value makes every order total.
    table.index(['tenant_id', 'type', 'id'], 'resources_by_id');
    table.index(['tenant_id', 'type', 'user_name', 'id'], 'resources_by_user_name');
    table.index(['tenant_id', 'type', 'display_name', 'id'], 'resources_by_display_name');
    table.index(['tenant_id', 'type', 'external_id', 'id'], 'resources_by_external_id');
    table.index(['tenant_id', 'type', 'created', 'id'], 'resources_by_created');
    table.index(['tenant_id', 'type', 'last_modified', 'id'], 'resources_by_last_modified');
  });
  await knex.raw(`create unique index users_user_name on resources (tenant_id, user_name) where type = 'User'`);
  await knex.raw(`create unique index groups_display_name on resources (tenant_id, display_name) where type = 'Group'`);

  await knex.schema.createTable('memberships', (table) => {
    table.comment('Which resource is a member of which group: a row each');
    key(table, 'tenant_id').notNullable();
    key(table, 'group_id').notNullable();
    key(table, 'member_id').notNullable();
    key(table, 'member_type').notNullable().comment('User or Group');
    table.primary(['tenant_id', 'group_id', 'member_id']);
    table.foreign(['tenant_id', 'group_id']).references(['tenant_id', 'id']).inTable('resources');
    table.foreign(['tenant_id', 'member_id']).references(['tenant_id', 'id']).inTable('resources');
    table.index(['tenant_id', 'member_id', 'group_id'], 'memberships_by_member');
  });

  await knex.schema.createTable('attribute_values', (table) => {
    table.comment(
      'Values that are matched on but have no column of their own: emails.value, manager.value, registered attributes',
    );
    key(table, 'tenant_id').notNullable();
    key(table, 'type').notNullable().comment('User or Group');
    key(table, 'attribute').notNullable().comment('the path of the attribute, with its URN where it has one');
    key(table, 'value').notNullable().comment('in search form');
    key(table, 'resource_id').notNullable();
    table.primary(['tenant_id', 'type', 'attribute', 'value', 'resource_id']);
    table
      .foreign(['tenant_id', 'resource_id'])
      .references(['tenant_id', 'id'])
      .inTable('resources')
      .onDelete('CASCADE');
    table.index(['tenant_id', 'resource_id'], 'attribute_values_by_resource');
  });

  await knex.schema.createTable('resource_counts', (table) => {
    table.comment('How many resources of a type a tenant has, so that totalResults of a plain list costs one row');
    key(table, 'tenant_id').notNullable();
    key(table, 'type').notNullable();
    table.bigInteger('count').notNullable();
    table.primary(['tenant_id', 'type']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['resource_counts', 'attribute_values', 'memberships', 'resources', 'tokens', 'tenants']) {
    await knex.schema.dropTable(table);
  }
}
