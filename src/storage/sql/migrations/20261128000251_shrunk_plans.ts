import type { Knex } from 'knex';

/** Plans of long ago shrink to their counts: which still have lines, and since when the others have none. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('sync_plans', (table) => {
    table.text('shrunk').nullable().comment('when it was decided that its lines go');
    table.boolean('kept').notNullable().defaultTo(true).comment('whether lines of it may be left');
  });
  await knex.raw('create index sync_plans_kept on sync_plans (tenant_id, created) where kept');
  await knex.raw('create index sync_runs_of_plan on sync_runs (tenant_id, plan_id)');
}

export async function down(knex: Knex): Promise<void> {
  for (const index of ['sync_plans_kept', 'sync_runs_of_plan']) await knex.raw(`drop index ${index}`);
  await knex.schema.alterTable('sync_plans', (table) => {
    table.dropColumns('shrunk', 'kept');
  });
}
