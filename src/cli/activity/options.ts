import { InvalidArgumentError, type Command } from 'commander';
import type { ActivityOutcome } from '../../model/activity/entry.js';
import type { ActivityQuery } from '../../model/activity/query.js';
import { isId } from '../../model/id.js';
import type { Tenant } from '../../model/tenant.js';
import { parseDateTime } from '../../protocol/date-time.js';
import type { Storage } from '../../storage/storage.js';
import { addCommand, type CommandLine } from '../command-line.js';
import { wholeNumberFrom } from '../sync/options.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

/** The options that say which entries are wanted. */
export interface FilterOptions extends TenantOptions {
  readonly since?: string;
  readonly until?: string;
  readonly outcome?: readonly ActivityOutcome[];
  readonly operation?: string;
  readonly subject?: string;
  readonly resource?: string;
  readonly token?: string;
  readonly rule?: string;
  readonly status?: number;
  readonly request?: string;
}

/** What a command about one tenant's activity works with. */
export interface ActivityCall {
  readonly storage: Storage;
  readonly tenant: Tenant;
}

/** Adds a command that concerns the activity of one tenant. */
export const addActivityCommand = (parent: Command, nameAndArguments: string, description: string): Command =>
  withTenantOption(addCommand(parent, nameAndArguments, description));

/** Adds the options that say which entries are wanted. */
export const withFilters = (command: Command): Command =>
  command
    .option('--since <TIME>', 'only entries from this time on, such as 2026-11-28T08:00:00Z', time)
    .option('--until <TIME>', 'only entries before this time', time)
    .option('--outcome <OUTCOMES>', 'only these outcomes: ok, nothing, unchanged, refused, failed', outcomes)
    .option('--operation <NAME>', 'only this operation, such as user.deactivate, or user.* for all of users')
    .option('--subject <NAME>', 'only this userName, externalId, email or displayName, in any case')
    .option('--resource <ID>', 'only this user or group, by its SCIM id')
    .option('--token <TOKEN_ID>', 'only requests with this token, by its id')
    .option('--rule <NAME>', 'only requests in which this dialect rule made a difference')
    .option('--status <NUMBER>', 'only answers with this HTTP status', wholeNumberFrom(100))
    .option('--request <ID>', 'only this request, by its X-Request-Id');

/** The options as a query. */
export const queryOf = (options: FilterOptions): Omit<ActivityQuery, 'limit' | 'after'> => ({
  from: options.since,
  to: options.until,
  outcomes: options.outcome,
  operation: options.operation,
  subject: options.subject,
  resourceId: options.resource,
  tokenId: options.token,
  rule: options.rule,
  status: options.status,
  requestId: options.request,
});

/** Opens the database for one piece of work on the tenant that the options name. */
export async function onActivity(
  cli: CommandLine,
  options: TenantOptions,
  work: (call: ActivityCall) => Promise<void>,
): Promise<void> {
  const services = await cli.openServices(cli.config());
  try {
    await work({ storage: services.storage, tenant: await namedTenant(services.tenancy, options) });
  } finally {
    await services.close();
  }
}

/** Reads the id of an entry. */
export function entryId(text: string): string {
  if (isId(text)) return text;
  throw new InvalidArgumentError('It must be the entryId of an entry, as the list shows it.');
}

function time(text: string): string {
  const parsed = parseDateTime(text) ?? parseDateTime(`${text}T00:00:00Z`);
  if (parsed === undefined)
    throw new InvalidArgumentError('It must be a time such as 2026-11-28T08:00:00Z, or a date.');
  return parsed;
}

const OUTCOMES: readonly string[] = ['ok', 'nothing', 'unchanged', 'refused', 'failed'];

function outcomes(text: string): readonly ActivityOutcome[] {
  const named = text.split(',').map((one) => one.trim());
  if (!named.every(isOutcome))
    throw new InvalidArgumentError(`It must be some of ${OUTCOMES.join(', ')}, with commas.`);
  return named;
}

const isOutcome = (text: string): text is ActivityOutcome => OUTCOMES.includes(text);
