import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/**
 * What members are called stands in their memberships, so that a group of any size is read along one index. The group counts
 * how often that changed, for its entity tag; the count is 0 for groups that are there already, as for new ones.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('memberships', (table) => {
    table.text('display').nullable().comment('the displayName of the member, as resources.display has it');
  });
  await knex.schema.alterTable('resources', (table) => {
    table
      .bigInteger('members_version')
      .notNullable()
      .defaultTo(0)
      .comment('groups only: rises by one when members are called otherwise');
  });
  await knex.raw(
    dialectOf(knex) === 'postgres'
      ? `update memberships m set display = r.display from resources r
           where r.tenant_id = m.tenant_id and r.id = m.member_id and r.display is not null`
      : `update memberships set display = (select r.display from resources r
           where r.tenant_id = memberships.tenant_id and r.id = memberships.member_id)`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table memberships drop column display');
  await knex.raw('alter table resources drop column members_version');
}
