import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/**
 * Synchronisation: what the FlexWhere backend has acknowledged of each tenant (the mirror), and how it comes there by
 * plans, reviews and runs. Every key begins with tenant_id. Every table refers to the tenant by itself, so that a tenant
 * that is being erased gets nothing new, in whatever order its rows go.
 */
export async function up(knex: Knex): Promise<void> {
  const postgres = dialectOf(knex) === 'postgres';
  const key = (table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder =>
    table.specificType(name, postgres ? 'text collate "C"' : 'text');
  const create = (name: string, comment: string, define: (table: Knex.CreateTableBuilder) => void): Promise<void> =>
    knex.schema.createTable(name, (table) => {
      table.comment(comment);
      key(table, 'tenant_id').notNullable();
      define(table);
      table.foreign('tenant_id', `${name}_tenant`).references('tenants.id');
    });

  await create('mirror', 'What the backend last acknowledged of a user or a group', (table) => {
    key(table, 'type').notNullable().comment('User or Group');
    key(table, 'resource_id').notNullable();
    key(table, 'account_id').nullable().comment("the backend's own id, where it told one");
    table.bigInteger('staged_version').notNullable();
    table.integer('policy_revision').notNullable();
    key(table, 'name').notNullable().comment('folded: userName of a user, displayName of a group');
    table.text('content').notNullable().comment('JSON: what the backend was told');
    key(table, 'missing_since').nullable().comment('when the staged resource was deleted; null while it is there');
    table.primary(['tenant_id', 'type', 'resource_id']);
  });
  // Not unique: two accounts that swap their userNames have the same one for a moment.
  await knex.raw(`create index mirror_user_name on mirror (tenant_id, name, resource_id) where type = 'User'`);

  await create('mirror_memberships', 'Which memberships the backend has acknowledged: a row each', (table) => {
    key(table, 'group_id').notNullable();
    key(table, 'member_id').notNullable();
    table.primary(['tenant_id', 'group_id', 'member_id']);
    table.index(['tenant_id', 'member_id', 'group_id'], 'mirror_memberships_by_member');
  });

  await create('sync_policies', 'How the resources of a tenant are passed on, where not by the defaults', (table) => {
    table.integer('revision').notNullable().comment('rises with each change');
    table.text('policy').notNullable().comment('JSON');
    table.primary(['tenant_id']);
  });

  await create(
    'sync_holds',
    'Resources and memberships whose lines are not applied until they are released',
    (table) => {
      key(table, 'subject').notNullable().comment('account, group or membership');
      key(table, 'resource_id').notNullable().comment("of a membership, the group's");
      key(table, 'member_id').notNullable().comment('empty unless it is a membership');
      table.text('held_by').notNullable();
      key(table, 'at').notNullable();
      table.text('reason').notNullable();
      table.bigInteger('until_version_moves').nullable().comment('the staged version that it holds; 0: not staged');
      key(table, 'undone_run').nullable();
      table.primary(['tenant_id', 'subject', 'resource_id', 'member_id']);
    },
  );

  await create('sync_plans', 'Plans: frozen differences between staging directory and mirror', (table) => {
    key(table, 'id').notNullable().comment('UUIDv7');
    key(table, 'state').notNullable().comment('making, open, applying, applied or discarded');
    key(table, 'created').notNullable();
    table.text('made_by').notNullable();
    table.integer('policy_revision').notNullable();
    table.integer('runs_before').notNullable();
    table.integer('mirrored').notNullable().comment('accounts that the backend had when it was made');
    key(table, 'digest').notNullable().comment('SHA-256 of the lines; empty while it is being made');
    table.text('counts').notNullable().comment('JSON');
    key(table, 'undoes').nullable().comment('the run that it undoes');
    table.primary(['tenant_id', 'id']);
  });

  await create('sync_plan_lines', 'The lines of the plans, with what has become of each', (table) => {
    key(table, 'plan_id').notNullable();
    table.integer('number').notNullable().comment('from 1, in the order of planning');
    key(table, 'subject').notNullable().comment('account, group or membership');
    key(table, 'kind').notNullable();
    key(table, 'resource_id').notNullable().comment("of a membership, the group's");
    key(table, 'member_id').nullable();
    table.integer('wave').notNullable().comment('lines are delivered in the order of wave and number');
    key(table, 'state').notNullable().comment('planned, sent, applied, skipped or failed');
    table.boolean('needs_confirmation').notNullable();
    table.text('confirmed_by').nullable();
    table.text('detail').nullable().comment('why it was skipped or failed');
    table.text('content').notNullable().comment('JSON: the whole line as it was frozen');
    table.primary(['tenant_id', 'plan_id', 'number']);
    // Selections are made in this index; content is read of the lines that are wanted only.
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

  await create('sync_runs', 'Runs: a run applies one plan', (table) => {
    key(table, 'id').notNullable().comment('UUIDv7');
    key(table, 'plan_id').notNullable();
    key(table, 'state').notNullable().comment('running, paused, cancelled or finished');
    key(table, 'started').notNullable();
    table.text('started_by').notNullable();
    key(table, 'finished').nullable();
    table.text('detail').nullable().comment('why it paused by itself');
    key(table, 'owner').nullable().comment('the process that works on it');
    key(table, 'lease_until').nullable().comment('until when its process is believed to work without a sign of life');
    key(table, 'asked_to').nullable().comment('what a person wants of it while a process works on it: pause or cancel');
    table.text('asked_by').nullable();
    table.primary(['tenant_id', 'id']);
  });
  // Whatever process begins a run, a tenant has one at a time.
  await knex.raw(`create unique index sync_runs_active on sync_runs (tenant_id) where state in ('running', 'paused')`);

  await create('sync_audit', 'The audit trail: rows are added and never changed', (table) => {
    key(table, 'id').notNullable().comment('UUIDv7: the order of the key is the order in time');
    key(table, 'at').notNullable();
    table.text('done_by').notNullable();
    key(table, 'action').notNullable();
    key(table, 'plan_id').nullable();
    key(table, 'run_id').nullable();
    key(table, 'resource_id').nullable();
    table.text('detail').notNullable().comment('JSON');
    table.primary(['tenant_id', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  const plans = ['sync_runs', 'sync_plan_lines', 'sync_plans'];
  for (const table of ['sync_audit', ...plans, 'sync_holds', 'sync_policies', 'mirror_memberships', 'mirror']) {
    await knex.schema.dropTable(table);
  }
}
