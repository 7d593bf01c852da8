import knexOn from 'knex';
import { postgresConnections } from '../sql/connections/driver.js';

/** Runs one statement of administration, such as `create database`. */
export async function executeOnPostgres(url: string, sql: string): Promise<void> {
  const knex = knexOn(postgresConnections(url, { size: 1, setUp: 'select 1' }));
  try {
    await knex.raw(sql);
  } finally {
    await knex.destroy();
  }
}
