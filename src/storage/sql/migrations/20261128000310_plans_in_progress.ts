import type { Knex } from 'knex';

/** Until when a plan is believed to be in the making: beyond that, its process is gone. Plans of older versions do not say. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('sync_plans', (table) => {
    table.text('making_until').nullable().comment('renewed by the process that makes it');
  });
  await knex.raw(`create index sync_plans_making on sync_plans (tenant_id, id) where state = 'making'`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index sync_plans_making');
  await knex.schema.alterTable('sync_plans', (table) => {
    table.dropColumn('making_until');
  });
}
