import type { Knex } from 'knex';

/**
 * A tenant that is being imported is there for the import alone until its last row is: nobody finds it before. Seconds since 1970
 * by the database's clock, and which import it is, so that one that was broken off is told from one that goes on.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('tenants', (table) => {
    table
      .double('import_seen')
      .nullable()
      .comment('when the import stored its last rows; null for a tenant that is whole');
    table.text('import_id').nullable().comment('which import it is');
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const column of ['import_seen', 'import_id']) await knex.raw(`alter table tenants drop column ${column}`);
}
