import type { Knex } from 'knex';
import { dialectOf } from '../connections/driver.js';

/**
 * OAuth 2.0 client credentials. Access tokens are rows of `tokens`, so that a request with one is authenticated as with a secret
 * token, in the same statement. The index on a client's id is not unique, since every unique key begins with tenant_id.
 */
export async function up(knex: Knex): Promise<void> {
  const postgres = dialectOf(knex) === 'postgres';
  const key = (table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder =>
    table.specificType(name, postgres ? 'text collate "C"' : 'text');

  await knex.schema.createTable('oauth_clients', (table) => {
    table.comment('Programs that get access tokens for a tenant');
    key(table, 'tenant_id').notNullable();
    key(table, 'id').notNullable().comment('the client_id');
    table.text('label').notNullable();
    table.text('scopes').notNullable().comment('separated by spaces');
    key(table, 'created').notNullable();
    key(table, 'last_used').nullable().comment('to the minute');
    table.primary(['tenant_id', 'id']);
    table.foreign('tenant_id', 'oauth_clients_tenant').references('tenants.id');
    table.index(['id'], 'oauth_clients_by_id');
  });

  await knex.schema.createTable('oauth_credentials', (table) => {
    table.comment('How clients prove who they are; of a secret, the hash alone');
    key(table, 'tenant_id').notNullable();
    key(table, 'client_id').notNullable();
    key(table, 'id').notNullable();
    table.text('label').notNullable();
    table.text('proof').notNullable().comment('JSON: the hash of a secret, a public key, or an issuer');
    key(table, 'created').notNullable();
    key(table, 'expires_at').nullable();
    key(table, 'last_used').nullable().comment('to the minute');
    table.primary(['tenant_id', 'client_id', 'id']);
    table
      .foreign(['tenant_id', 'client_id'], 'oauth_credentials_client')
      .references(['tenant_id', 'id'])
      .inTable('oauth_clients');
  });

  await knex.schema.createTable('oauth_assertions', (table) => {
    table.comment('Assertions that were taken and have not expired: none is taken twice');
    key(table, 'tenant_id').notNullable();
    key(table, 'client_id').notNullable();
    key(table, 'hash').notNullable().comment('SHA-256 of the jti, in hexadecimal');
    key(table, 'expires_at').notNullable();
    table.primary(['tenant_id', 'client_id', 'hash']);
    table
      .foreign(['tenant_id', 'client_id'], 'oauth_assertions_client')
      .references(['tenant_id', 'id'])
      .inTable('oauth_clients');
    table.index(['tenant_id', 'client_id', 'expires_at'], 'oauth_assertions_by_end');
  });

  await knex.schema.alterTable('tokens', (table) => {
    key(table, 'client_id').nullable().comment('of an access token: the OAuth client that got it');
    key(table, 'credential_id').nullable().comment('of an access token: the credential by which the client got it');
    table.index(['tenant_id', 'client_id', 'id'], 'tokens_client');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index tokens_client');
  for (const column of ['credential_id', 'client_id']) await knex.raw(`alter table tokens drop column ${column}`);
  for (const table of ['oauth_assertions', 'oauth_credentials', 'oauth_clients']) await knex.schema.dropTable(table);
}
