import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/** Extension schemas that administrators register for single tenants, and values that are unique among a tenant's resources. */
export async function up(knex: Knex): Promise<void> {
  const postgres = dialectOf(knex) === 'postgres';
  const key = (table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder =>
    table.specificType(name, postgres ? 'text collate "C"' : 'text');

  await knex.schema.alterTable('tenants', (table) => {
    table
      .integer('schemas_revision')
      .notNullable()
      .defaultTo(0)
      .comment("rises with each change of the tenant's schemas; 0 for a tenant that never had one");
  });

  await knex.schema.createTable('tenant_schemas', (table) => {
    table.comment('Extension schemas of one tenant');
    key(table, 'tenant_id').notNullable();
    key(table, 'urn').notNullable().comment('in lower case: URNs of schemas compare without regard to case');
    table.text('active').nullable().comment('JSON: the definition that reads go by; null until first registered');
    table.text('registering').nullable().comment('JSON: what is being registered, which writes go by');
    table.primary(['tenant_id', 'urn']);
    table.foreign('tenant_id', 'tenant_schemas_tenant').references('tenants.id').onDelete('CASCADE');
  });

  await knex.schema.alterTable('attribute_values', (table) => {
    table
      .boolean('is_unique')
      .notNullable()
      .defaultTo(false)
      .comment('no other resource of the tenant and type may have the value');
  });
  await knex.raw(
    'create unique index attribute_values_unique on attribute_values (tenant_id, type, attribute, value) where is_unique',
  );
}

export async function down(knex: Knex): Promise<void> {
  // Not by knex, which makes SQLite's tables anew for this and trips over the foreign keys to them.
  await knex.raw('drop index attribute_values_unique');
  await knex.raw('alter table attribute_values drop column is_unique');
  await knex.schema.dropTable('tenant_schemas');
  await knex.raw('alter table tenants drop column schemas_revision');
}
