import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/**
 * Alerts about tenants, open and ended, with what the webhook was told of each. A row is a message as well: `due` says when its
 * stage has to be told, and `owner` which process is telling it.
 */
export async function up(knex: Knex): Promise<void> {
  const text = dialectOf(knex) === 'postgres' ? 'text collate "C"' : 'text';
  await knex.schema.createTable('alerts', (table) => {
    table.comment('Alerts about tenants: that they fell silent, are refused, or that a token is about to expire');
    table.specificType('tenant_id', text).notNullable();
    table.specificType('id', text).notNullable().comment('UUIDv7: the order of the key is the order in time');
    table.specificType('kind', text).notNullable().comment('silent, token-expires or refusals');
    table.specificType('subject', text).notNullable().comment('id of a token or a credential; empty for other kinds');
    table.specificType('stage', text).notNullable().comment('open, ended, or the days of a token: 30, 14, 3');
    table.text('sentence').notNullable();
    table.specificType('since', text).notNullable();
    table.specificType('opened', text).notNullable();
    table.specificType('ended', text).nullable();
    table.specificType('told', text).nullable().comment('the stage that the webhook was told last');
    table.specificType('told_at', text).nullable();
    table.specificType('due', text).nullable().comment('when the stage is to be told next');
    table.integer('attempts').notNullable().comment('to tell the stage');
    table.text('failure').nullable().comment('why the last attempt failed');
    table.specificType('owner', text).nullable().comment('the process that is telling it');
    table.specificType('lease_until', text).nullable();
    table.primary(['tenant_id', 'id']);
    table.foreign('tenant_id', 'alerts_tenant').references('tenants.id');
  });
  await knex.raw('create unique index alerts_open on alerts (tenant_id, kind, subject) where ended is null');
  await knex.raw('create index alerts_open_by_time on alerts (id) where ended is null');
  await knex.raw('create index alerts_open_by_kind on alerts (kind, id) where ended is null');
  await knex.raw('create index alerts_due on alerts (due) where due is not null');
  await knex.raw('create index alerts_failed on alerts (due) where failure is not null');
  await knex.raw('create index alerts_ended on alerts (ended) where ended is not null');

  await knex.schema.createTable('alert_watch', (table) => {
    table.comment('Whose turn it is to look at the tenants: one row, of no tenant');
    table.specificType('name', text).primary();
    table.specificType('owner', text).nullable().comment('the process whose turn it is');
    table.specificType('until', text).notNullable().comment('when another may begin');
    table
      .specificType('position', text)
      .notNullable()
      .comment('the tenant that was looked at last; empty before the first');
    table.specificType('seen', text).notNullable().comment('when a server last was there');
    table.specificType('listening', text).notNullable().comment('since when servers have been there without a gap');
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['alert_watch', 'alerts']) await knex.schema.dropTable(table);
}
