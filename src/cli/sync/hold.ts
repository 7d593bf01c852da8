import { InvalidArgumentError, type Command } from 'commander';
import { LINE_FILTER_NAMES } from '../../sync/filters.js';
import type { HoldCause } from '../../sync/holding.js';
import { holdJson } from '../../sync/json.js';
import { namedTarget } from '../../sync/named-target.js';
import { printOutcome, UsageError, type CommandLine } from '../command-line.js';
import { printable } from '../terminal.js';
import {
  agree,
  type YesOption,
  addSyncCommand,
  byOf,
  commandText,
  onTenant,
  withBy,
  type ActingOptions,
  type SyncCall,
} from './options.js';

interface HoldOptions extends ActingOptions, YesOption {
  readonly member?: string;
  readonly plan?: string;
  readonly filter?: string;
  readonly reason: string;
  readonly until?: Until;
}

/** When a hold ends by itself. */
type Until = Pick<HoldCause, 'until' | 'untilChanged'>;

/** Adds `sync hold`, which holds an account, a group, a membership, or what the lines of a plan are about. */
export function addSyncHold(parent: Command, cli: CommandLine): void {
  const description = 'hold an account, a group, one membership or lines of a plan: nothing of it is applied meanwhile';
  withBy(addSyncCommand(parent, 'hold [NAME_OR_ID]', description))
    .requiredOption('--reason <TEXT>', 'why, for those who review plans')
    .option('--member <NAME_OR_ID>', 'hold only the membership of this member')
    .option('--plan <PLAN_ID>', 'hold what lines of this plan are about; --filter says which')
    .option('--filter <EXPR>', 'which lines of the plan, such as: kind eq "delete" and name ew "@contoso.example"')
    .option('--until <WHEN>', 'a date or dateTime at which it ends, or "changed": when Entra changes it', untilFrom)
    .option('--yes', 'do not ask for confirmation')
    .addHelpText('after', `\nA filter has the grammar of SCIM and these names: ${LINE_FILTER_NAMES.join(', ')}.`)
    .action((resource: string | undefined, options: HoldOptions) =>
      onTenant(cli, options, (call) => {
        const { plan, filter } = options;
        if (resource !== undefined && plan === undefined && filter === undefined) return holdOne(call, resource);
        if (resource === undefined && plan !== undefined) return holdLines(call, plan);
        throw new UsageError('Name what to hold: NAME_OR_ID, or --plan PLAN_ID with --filter EXPR.');
      }),
    );
}

async function holdOne({ cli, options, sync, tenant }: SyncCall<HoldOptions>, resource: string): Promise<void> {
  const { member, reason, until } = options;
  const target = await namedTarget(sync, tenant.id, { resource, member });
  const hold = await sync.hold(tenant.id, target, { by: byOf(options), reason, ...until });
  const what = `${target.subject} ${printable(member ?? resource)}`;
  const text = `The ${what} is held${untilText(until)}. Release it: ${commandText('release', tenant, target.resourceId)}`;
  printOutcome(cli, options, holdJson(hold), member === undefined ? text : `${text} --member ${target.memberId ?? ''}`);
}

async function holdLines({ cli, options, sync, tenant }: SyncCall<HoldOptions>, planId: string): Promise<void> {
  const { filter, reason, until } = options;
  const { digest } = await sync.getPlan(tenant.id, planId);
  await agree(cli, options, `Hold what ${filter === undefined ? 'all lines' : 'these lines'} of the plan are about?`);
  const held = await sync.holdLines(tenant.id, planId, { digest, filter }, { by: byOf(options), reason, ...until });
  const text =
    held === 0
      ? 'No line matches, or all that match are held already.'
      : `${held === 1 ? 'What 1 line is about is' : `What ${held} lines are about is`} held${untilText(until)}. Plans made from now on show it as held. Release it: ${commandText('release', tenant, '--plan', 'PLAN_ID')} with such a plan`;
  printOutcome(cli, options, { planId, held }, text);
}

const untilText = ({ until, untilChanged }: Until = {}): string => {
  if (until !== undefined) return ` until ${until}`;
  return untilChanged === true ? ' until Entra changes it' : '';
};

/** @throws InvalidArgumentError for what is neither a date, nor a dateTime, nor `changed` */
function untilFrom(text: string): Until {
  if (text === 'changed') return { untilChanged: true };
  const at = /^\d{4}-\d\d-\d\d(?:T.+)?$/u.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError('It must be a date such as 2027-01-31, a dateTime, or the word changed.');
  }
  return { until: at.toISOString() };
}
