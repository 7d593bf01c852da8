import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/** Sessions of people whom Entra signed in. An earlier version takes them for sessions of another ADMIN_TOKEN, which have ended. */
export async function up(knex: Knex): Promise<void> {
  const text = dialectOf(knex) === 'postgres' ? 'text collate "C"' : 'text';
  await knex.schema.alterTable('console_sessions', (table) => {
    table.specificType('subject', text).nullable().comment('tid/oid of the person whom Entra signed in');
    table.specificType('authenticated', text).nullable().comment('when Entra last asked that person who they are');
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const column of ['authenticated', 'subject'])
    await knex.raw(`alter table console_sessions drop column ${column}`);
}
