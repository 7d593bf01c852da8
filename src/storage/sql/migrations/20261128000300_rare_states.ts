import type { Knex } from 'knex';

/** Lines that were skipped or failed are few and are looked for: they are found among a hundred thousand others. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `create index sync_plan_lines_rare on sync_plan_lines (tenant_id, plan_id, number, state)
     where state in ('skipped', 'failed')`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index sync_plan_lines_rare');
}
