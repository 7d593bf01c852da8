import type { Knex } from 'knex';

/**
 * Since when a membership is staged, so that a plan's line of it can be told from a later state of the same membership, and what
 * a hold that ends by itself waits for. Memberships that are there already have version 1.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('memberships', (table) => {
    table
      .bigInteger('version')
      .notNullable()
      .defaultTo(1)
      .comment('the version of the group that the membership came with');
  });
  await knex.schema.alterTable('sync_holds', (table) => {
    table.text('until').nullable().comment('the dateTime at which it ends by itself');
    table.text('staged_digest').nullable().comment('SHA-256 of the staged document that it holds');
    table.text('undoing_run').nullable().comment('the run that put it, where that undid another');
  });
  await knex.raw(
    `create index sync_holds_of_run on sync_holds (tenant_id, undone_run, subject, resource_id, member_id)
     where undone_run is not null`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index sync_holds_of_run');
  await knex.schema.alterTable('sync_holds', (table) => {
    table.dropColumns('until', 'staged_digest', 'undoing_run');
  });
  await knex.schema.alterTable('memberships', (table) => {
    table.dropColumn('version');
  });
}
