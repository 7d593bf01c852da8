import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/**
 * Which backend the mirror of a tenant belongs to, and which one a plan was made against. Mirrors and plans of before have
 * none: a mirror takes the backend of the first plan that is made from now on.
 */
export async function up(knex: Knex): Promise<void> {
  const text = dialectOf(knex) === 'postgres' ? 'text collate "C"' : 'text';
  await knex.schema.createTable('mirror_owners', (table) => {
    table.comment('Which backend the mirror of a tenant belongs to');
    table.specificType('tenant_id', text).notNullable();
    table.text('backend').notNullable().comment('JSON: kind, address, and what the backend calls itself');
    table.specificType('since', text).notNullable();
    table.text('noted_by').notNullable();
    table.boolean('resetting').notNullable().comment('whether the mirror is being emptied');
    table.primary(['tenant_id']);
    table.foreign('tenant_id', 'mirror_owners_tenant').references('tenants.id');
  });
  await knex.schema.alterTable('sync_plans', (table) => {
    table.text('backend').nullable().comment('JSON: the backend that it was made against');
    table.boolean('repairs').nullable().comment('true: it brings the backend to what the mirror has');
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const column of ['backend', 'repairs']) {
    await knex.schema.alterTable('sync_plans', (table) => {
      table.dropColumn(column);
    });
  }
  await knex.schema.dropTable('mirror_owners');
}
