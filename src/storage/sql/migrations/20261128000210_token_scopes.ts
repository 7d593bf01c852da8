import type { Knex } from 'knex';

/** What a secret token may do. Tokens from before may do everything, as they always could. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('tokens', (table) => {
    table.text('scopes').nullable().comment('separated by spaces; null for all of them');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table tokens drop column scopes');
}
