import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/** What a plan's lines are found by, counted anew when the plan is looked at next: since then by their kinds as well. */
const COUNTED = ['sync_plan_index', 'sync_plan_groups', 'sync_plan_reviews'];

/**
 * Lines take less room: kinds are selected in the index that is made with the plan, most lines are in the first wave and need no
 * index for their delivery, and whom a line is about is found by the ends of the ids, whose characters are random.
 */
export async function up(knex: Knex): Promise<void> {
  const end = (column: string): string =>
    dialectOf(knex) === 'postgres' ? `right(${column}, 12)` : `substr(${column}, -12)`;
  for (const index of ['selection', 'by_resource', 'delivery']) await knex.raw(`drop index sync_plan_lines_${index}`);
  await knex.raw(
    `create index sync_plan_lines_about on sync_plan_lines (${end('resource_id')}, ${end('plan_id')})
     where subject <> 'membership'`,
  );
  await knex.raw(
    `create index sync_plan_lines_waves on sync_plan_lines (tenant_id, plan_id, wave, number)
     where wave <> 0 and kind not in ('conflict', 'held')`,
  );
  for (const table of COUNTED) await knex(table).del();
}

export async function down(knex: Knex): Promise<void> {
  for (const index of ['about', 'waves']) await knex.raw(`drop index sync_plan_lines_${index}`);
  await knex.schema.alterTable('sync_plan_lines', (table) => {
    table.index(['tenant_id', 'plan_id', 'number', 'subject', 'kind', 'state'], 'sync_plan_lines_selection');
  });
  await knex.raw(
    `create index sync_plan_lines_by_resource on sync_plan_lines (tenant_id, plan_id, subject, resource_id)
     where subject <> 'membership'`,
  );
  await knex.raw(
    `create index sync_plan_lines_delivery on sync_plan_lines (tenant_id, plan_id, wave, number, state)
     where kind not in ('conflict', 'held')`,
  );
}
