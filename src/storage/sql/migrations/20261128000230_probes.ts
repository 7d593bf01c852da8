import type { Knex } from 'knex';

/** The doctor's probes, which are few, in an index of their own: who looks for them need not ask for each tenant. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `create index resources_probes on resources (tenant_id, id) where substr(user_name, 1, 17) = 'flexwhere-doctor-'`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index resources_probes');
}
