import type { Command } from 'commander';
import { addAdminToken } from './admin-token/commands.js';
import { addActivity } from './activity/commands.js';
import { addAlert } from './alert/commands.js';
import { addBackendCheck } from './backend/check.js';
import { addBackup, addRestore } from './database/backup.js';
import type { CommandLine } from './command-line.js';
import { addDoctor } from './doctor.js';
import { addConfigCheck } from './config/check.js';
import { addRecord } from './entra/record.js';
import { addReplay } from './entra/replay.js';
import { addSimulate } from './entra/simulate.js';
import { addMigrate } from './migrate.js';
import { addOAuthClient } from './oauth/commands.js';
import { addSeed } from './seed.js';
import { addSync } from './sync/commands.js';
import { addTenantCreate } from './tenant/create.js';
import { addTenantDelete } from './tenant/delete.js';
import { addTenantDisable } from './tenant/disable.js';
import { addTenantEnable } from './tenant/disable.js';
import { addTenantExport } from './tenant/move.js';
import { addTenantImport } from './tenant/move.js';
import { addTenantList } from './tenant/list.js';
import { addSchemaList } from './tenant/schema-list.js';
import { addSchemaRemove } from './tenant/schema-list.js';
import { addSchemaShow } from './tenant/schema-list.js';
import { addSchemaRegister } from './tenant/schema-register.js';
import { addTenantSet } from './tenant/set.js';
import { addTenantSetupLink } from './tenant/setup-link.js';
import { addTokenIssue } from './tenant/token-issue.js';
import { addTokenRevoke } from './tenant/token-issue.js';
import { addTokenList } from './tenant/token-list.js';

/** Adds every command but `serve`. */
export function addCommands(program: Command, cli: CommandLine): void {
  const own = [addMigrate, addBackup, addRestore, addSeed, addRecord, addReplay, addSimulate, addDoctor];
  for (const add of own) add(program, cli);
  const tenant = program.command('tenant').description('create, list and change tenants');
  for (const add of TENANT_COMMANDS) add(tenant, cli);
  addConfigCheck(program.command('config').description('check the settings'), cli);
  const token = program.command('token').description('issue, list and revoke the secret tokens of a tenant');
  for (const add of TOKEN_COMMANDS) add(token, cli);
  const schema = program.command('schema').description('register, list and remove the extension schemas of a tenant');
  for (const add of SCHEMA_COMMANDS) add(schema, cli);
  addOAuthClient(program, cli);
  addAdminToken(program, cli);
  addSync(program, cli);
  const backend = program.command('backend').description('check a FlexWhere backend that is being built');
  addBackendCheck(backend, cli);
  addActivity(program, cli);
  addAlert(program, cli);
}

const TENANT_COMMANDS = [
  addTenantCreate,
  addTenantList,
  addTenantEnable,
  addTenantDisable,
  addTenantSet,
  addTenantSetupLink,
  addTenantDelete,
  addTenantExport,
  addTenantImport,
];
const TOKEN_COMMANDS = [addTokenIssue, addTokenList, addTokenRevoke];
const SCHEMA_COMMANDS = [addSchemaRegister, addSchemaList, addSchemaShow, addSchemaRemove];
