import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/**
 * What a person who reviews a plan is shown: counted once, as the plan is made, since a plan may have a hundred thousand lines.
 * The numbers of the lines that a filter selects are stored as ranges, so that they take less room than an index of the lines.
 */
export async function up(knex: Knex): Promise<void> {
  const postgres = dialectOf(knex) === 'postgres';
  const key = (table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder =>
    table.specificType(name, postgres ? 'text collate "C"' : 'text');
  const create = (name: string, comment: string, define: (table: Knex.CreateTableBuilder) => void): Promise<void> =>
    knex.schema.createTable(name, (table) => {
      table.comment(comment);
      key(table, 'tenant_id').notNullable();
      key(table, 'plan_id').notNullable();
      define(table);
      table.foreign('tenant_id', `${name}_tenant`).references('tenants.id');
    });

  await create('sync_plan_reviews', 'What each plan comes to, for whoever reviews it', (table) => {
    table.text('review').notNullable().comment('JSON');
    table.primary(['tenant_id', 'plan_id']);
  });
  await create('sync_plan_groups', 'Changes that two lines of a plan or more make alike', (table) => {
    table.integer('lines').notNullable();
    key(table, 'signature').notNullable().comment('of kind, attributes, and equal values before and after');
    table.text('first').notNullable().comment('JSON: the numbers of the first three lines');
    // In the order in which they are shown: the largest group first.
    table.primary(['tenant_id', 'plan_id', 'lines', 'signature']);
  });
  await create('sync_plan_index', 'The lines of a plan by what they are selected by', (table) => {
    key(table, 'key').notNullable().comment('an attribute and how it changes, a warning, a group; names for a search');
    table.integer('first').notNullable().comment('the first line of this piece');
    table
      .text('entries')
      .notNullable()
      .comment('JSON: line numbers as ranges; for a search, folded names, a line each');
    table.primary(['tenant_id', 'plan_id', 'key', 'first']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['sync_plan_index', 'sync_plan_groups', 'sync_plan_reviews']) await knex.schema.dropTable(table);
}
