import type { Knex } from 'knex';
import * as stagingDirectory from './migrations/20261124000001_staging_directory.js';
import * as tenantSchemas from './migrations/20261125000001_tenant_schemas.js';
import * as synchronization from './migrations/20261126000001_synchronisation.js';
import * as serverProcesses from './migrations/20261128000040_server_processes.js';
import * as mirrorBackend from './migrations/20261128000110_mirror_backend.js';
import * as membershipVersions from './migrations/20261128000120_membership_versions.js';
import * as planReviews from './migrations/20261128000130_plan_reviews.js';
import * as activity from './migrations/20261128000150_activity.js';
import * as tenantNames from './migrations/20261128000151_tenant_names.js';
import * as consoleSessions from './migrations/20261128000160_console_sessions.js';
import * as checkSessions from './migrations/20261128000161_check_sessions.js';
import * as searchForms from './migrations/20261128000162_search_forms.js';
import * as confirmedLinks from './migrations/20261128000170_confirmed_links.js';
import * as planMatching from './migrations/20261128000180_plan_matching.js';
import * as memberDisplays from './migrations/20261128000190_member_displays.js';
import * as setupLinks from './migrations/20261128000200_setup_links.js';
import * as tokenScopes from './migrations/20261128000210_token_scopes.js';
import * as oauthClients from './migrations/20261128000211_oauth_clients.js';
import * as tenantImports from './migrations/20261128000220_tenant_imports.js';
import * as probes from './migrations/20261128000230_probes.js';
import * as compactLines from './migrations/20261128000250_compact_lines.js';
import * as shrunkPlans from './migrations/20261128000251_shrunk_plans.js';
import * as adminTokens from './migrations/20261128000270_admin_tokens.js';
import * as secondPerson from './migrations/20261128000280_second_person.js';
import * as alerts from './migrations/20261128000290_alerts.js';
import * as rareStates from './migrations/20261128000300_rare_states.js';
import * as plansInProgress from './migrations/20261128000310_plans_in_progress.js';
import * as consolePeople from './migrations/20261128000320_console_people.js';
import * as activityIndexes from './migrations/20261128000330_activity_indexes.js';

/** All migrations in their order. A name is the same whether the file is compiled or not, and never changes once released. */
const MIGRATIONS = new Map<string, Knex.Migration>([
  ['20261124000001_staging_directory', stagingDirectory],
  ['20261125000001_tenant_schemas', tenantSchemas],
  ['20261126000001_synchronisation', synchronization],
  ['20261128000040_server_processes', serverProcesses],
  ['20261128000110_mirror_backend', mirrorBackend],
  ['20261128000120_membership_versions', membershipVersions],
  ['20261128000130_plan_reviews', planReviews],
  ['20261128000150_activity', activity],
  ['20261128000151_tenant_names', tenantNames],
  ['20261128000160_console_sessions', consoleSessions],
  ['20261128000161_check_sessions', checkSessions],
  ['20261128000162_search_forms', searchForms],
  ['20261128000170_confirmed_links', confirmedLinks],
  ['20261128000180_plan_matching', planMatching],
  ['20261128000190_member_displays', memberDisplays],
  ['20261128000200_setup_links', setupLinks],
  ['20261128000210_token_scopes', tokenScopes],
  ['20261128000211_oauth_clients', oauthClients],
  ['20261128000220_tenant_imports', tenantImports],
  ['20261128000230_probes', probes],
  ['20261128000250_compact_lines', compactLines],
  ['20261128000251_shrunk_plans', shrunkPlans],
  ['20261128000270_admin_tokens', adminTokens],
  ['20261128000280_second_person', secondPerson],
  ['20261128000290_alerts', alerts],
  ['20261128000300_rare_states', rareStates],
  ['20261128000310_plans_in_progress', plansInProgress],
  ['20261128000320_console_people', consolePeople],
  ['20261128000330_activity_indexes', activityIndexes],
]);

/** The names of all migrations that this version has. */
export const KNOWN_MIGRATIONS: readonly string[] = [...MIGRATIONS.keys()];

const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: () => Promise.resolve([...MIGRATIONS.keys()]),
  getMigrationName: (name) => name,
  getMigration: (name) => {
    const migration = MIGRATIONS.get(name);
    return migration === undefined
      ? Promise.reject(new Error(`There is no migration ${name}`))
      : Promise.resolve(migration);
  },
};

/** Brings the schema up to date; the caller sees to it that one process does so at a time. */
export async function migrateUp(transaction: Knex): Promise<void> {
  await transaction.migrate.latest({ migrationSource });
}

/** Reverts every migration. */
export async function migrateDown(transaction: Knex): Promise<void> {
  await transaction.migrate.rollback({ migrationSource }, true);
}
