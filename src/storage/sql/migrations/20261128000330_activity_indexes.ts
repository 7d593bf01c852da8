import type { Knex } from 'knex';

/**
 * Entries of a request in the order of time, since clients may send one X-Request-Id again and again; and entries that have a name
 * and no resource, such as lookups of somebody before the create: of a person who arrived they are few among many.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index activity_requests on activity (request_id, id)');
  await knex.raw('drop index activity_by_request');
  await knex.raw(
    `create index activity_orphans on activity (tenant_id, subject_key, id)
     where resource_id is null and subject_key is not null`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('create index activity_by_request on activity (request_id)');
  for (const index of ['activity_orphans', 'activity_requests']) await knex.raw(`drop index ${index}`);
}
