import type { Knex } from 'knex';

/** What the backend was asked while a plan was made, to find accounts that it has already. Plans of before do not say. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('sync_plans', (table) => {
    table.text('matching').nullable().comment('JSON: what was sent about how many accounts and groups');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('sync_plans', (table) => {
    table.dropColumn('matching');
  });
}
