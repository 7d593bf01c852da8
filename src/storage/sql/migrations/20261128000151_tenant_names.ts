import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/**
 * Names of tenants that differ by case only are one name. Of tenants that have such names already, the first keeps the name;
 * the others have no key until they are renamed, and are found by their exact names and ids.
 */
export async function up(knex: Knex): Promise<void> {
  const text = dialectOf(knex) === 'postgres' ? 'text collate "C"' : 'text';
  await knex.schema.alterTable('tenants', (table) => {
    table.specificType('name_key', text).nullable().comment('the name folded: what is unique');
  });
  const seen = new Set<string>();
  for (const { id, name } of await knex<{ id: string; name: string }>('tenants').select('id', 'name').orderBy('id')) {
    const key = name.normalize('NFC').toLowerCase();
    if (!seen.has(key)) await knex('tenants').where({ id }).update({ name_key: key });
    seen.add(key);
  }
  await knex.raw('create unique index tenants_name_key on tenants (name_key)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index tenants_name_key');
  await knex.raw('alter table tenants drop column name_key');
}
