import type { Knex } from 'knex';

/** What was said, when a plan was made, of who may apply it. Plans of before do not say. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('sync_plans', (table) => {
    table.boolean('shared_token').nullable().comment('made with the ADMIN_TOKEN, so that the name is a claim');
    table.boolean('second_person').nullable().comment('somebody other than its maker has to apply it');
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const column of ['second_person', 'shared_token'])
    await knex.raw(`alter table sync_plans drop column ${column}`);
}
