import { InvalidArgumentError, Option, type Command } from 'commander';
import type { SyncPolicy } from '../../model/policy.js';
import type { PolicyInForce } from '../../model/policy.js';
import { policyJson } from '../../sync/json.js';
import type { PolicyChange } from '../../sync/policy.js';
import { printOutcome, type CommandLine } from '../command-line.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';
import { agree, addSyncCommand, byOf, onTenant, wholeNumberFrom, withBy, type ActingOptions } from './options.js';

interface PolicyOptions extends ActingOptions {
  readonly deactivation?: SyncPolicy['deactivation'];
  readonly deleteGraceDays?: number;
  readonly passGroups?: 'on' | 'off';
  readonly guardNumber?: number;
  readonly guardShare?: number;
  readonly guardBlankedValues?: number;
  readonly guardBlankedShare?: number;
  readonly guardDeletedGroups?: number;
  readonly guardGroupLossShare?: number;
  readonly yes?: true;
  readonly autoApprove?: 'on' | 'off';
  readonly secondPerson?: 'on' | 'off';
  readonly matching?: SyncPolicy['matching'];
  readonly attribute?: Readonly<Record<string, string>>;
  readonly withoutAttribute?: readonly string[];
}

/** Adds `sync policy`, which shows the policy of a tenant, or changes what the options name. */
export function addSyncPolicy(parent: Command, cli: CommandLine): void {
  withBy(addSyncCommand(parent, 'policy', 'show the policy of a tenant, or change it for future plans'))
    .addOption(new Option('--deactivation <WHAT>', DEACTIVATION).choices(['deactivate', 'delete', 'ignore']))
    .option('--delete-grace-days <DAYS>', 'days to keep the account of a deleted user, deactivated', wholeNumberFrom(0))
    .addOption(
      new Option('--pass-groups <SWITCH>', 'whether groups and memberships are sent to the backend').choices([
        'on',
        'off',
      ]),
    )
    .option(
      '--guard-number <NUMBER>',
      'a plan that deactivates and deletes more accounts than this needs --confirm',
      wholeNumberFrom(0),
    )
    .option(
      '--guard-share <SHARE>',
      'so does a plan that affects more than this share of the accounts, from 0 to 1',
      share,
    )
    .option(
      '--guard-blanked-values <NUMBER>',
      'so does a plan that blanks this many values or more',
      wholeNumberFrom(1),
    )
    .option('--guard-blanked-share <SHARE>', 'or more than this share of the values of an attribute', share)
    .option('--guard-deleted-groups <NUMBER>', 'or deletes this many groups or more', wholeNumberFrom(1))
    .option(
      '--guard-group-loss-share <SHARE>',
      'or removes more than this share of the members of a group of ten or more',
      share,
    )
    .option('--yes', 'do not ask for confirmation')
    .addOption(new Option('--matching <WHAT>', MATCHING).choices(['hashes', 'names', 'off']))
    .addOption(new Option('--auto-approve <SWITCH>', AUTO_APPROVE).choices(['on', 'off']))
    .addOption(new Option('--second-person <SWITCH>', SECOND_PERSON).choices(['on', 'off']))
    .option('--attribute <PATH=NAME>', 'send this attribute under this name; may be repeated', passedOn)
    .option('--without-attribute <PATH>', 'stop sending this attribute; may be repeated', collected)
    .action((options: PolicyOptions) =>
      onTenant(cli, options, async ({ sync, tenant }) => {
        const inForce = await sync.policy(tenant.id);
        const change = changeOf(options, inForce.policy);
        const changes = Object.keys(change).length > 0;
        if (changes)
          await agree(cli, options, `Change the policy of ${printable(tenant.name)} for all plans from now on?`);
        const now = changes ? await sync.setPolicy(tenant.id, change, byOf(options)) : inForce;
        printOutcome(cli, options, policyJson(now), policyText(now, cli.terminal.interactive));
      }),
    );
}

const DEACTIVATION = 'what happens to the account of a user that Entra disabled';
const MATCHING = 'what a plan may send, before it is reviewed, to find accounts that the backend has already';
const AUTO_APPROVE = 'whether a plan that only creates and updates is applied without a review';

const SECOND_PERSON = 'whether a plan that needs --confirm is applied only by somebody other than who made it';

function share(text: string): number {
  const number = Number(text);
  if (!/^\d(?:\.\d{1,6})?$/u.test(text) || number > 1)
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return number;
}

function passedOn(text: string, earlier: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const end = text.lastIndexOf('=');
  if (end < 1) throw new InvalidArgumentError('It must be a SCIM path and a name, such as title=jobTitle.');
  return { ...earlier, [text.slice(0, end)]: text.slice(end + 1) };
}

const collected = (text: string, earlier: readonly string[] = []): readonly string[] => [...earlier, text];

function changeOf(options: PolicyOptions, { attributes }: SyncPolicy): PolicyChange {
  const { deactivation, deleteGraceDays, passGroups, autoApprove, secondPerson, matching } = options;
  const limits = Object.entries(guardOf(options)).filter(([, limit]) => limit !== undefined);
  const { attribute = {}, withoutAttribute = [] } = options;
  const passed = Object.entries({ ...attributes, ...attribute }).filter(([path]) => !withoutAttribute.includes(path));
  return {
    ...(deactivation === undefined ? {} : { deactivation }),
    ...(deleteGraceDays === undefined ? {} : { deleteGraceDays }),
    ...(passGroups === undefined ? {} : { groups: passGroups === 'on' }),
    ...(limits.length === 0 ? {} : { guard: Object.fromEntries(limits) }),
    ...(matching === undefined ? {} : { matching }),
    ...(autoApprove === undefined ? {} : { autoApprove: autoApprove === 'on' }),
    ...(secondPerson === undefined ? {} : { secondPerson: secondPerson === 'on' }),
    ...(options.attribute === undefined && withoutAttribute.length === 0
      ? {}
      : { attributes: Object.fromEntries(passed) }),
  };
}

const guardOf = (options: PolicyOptions) => ({
  number: options.guardNumber,
  share: options.guardShare,
  blankedValues: options.guardBlankedValues,
  blankedShare: options.guardBlankedShare,
  deletedGroups: options.guardDeletedGroups,
  groupLossShare: options.guardGroupLossShare,
});

function policyText({ revision, policy }: PolicyInForce, aligned: boolean): string {
  const { deactivation, deleteGraceDays, groups, guard, matching, autoApprove, secondPerson, attributes } = policy;
  const rows = [
    ['deactivation', deactivation],
    ['delete-grace-days', String(deleteGraceDays)],
    ['pass-groups', groups ? 'on' : 'off'],
    ['guard-number', String(guard.number)],
    ['guard-share', String(guard.share)],
    ['guard-blanked-values', String(guard.blankedValues)],
    ['guard-blanked-share', String(guard.blankedShare)],
    ['guard-deleted-groups', String(guard.deletedGroups)],
    ['guard-group-loss-share', String(guard.groupLossShare)],
    ['matching', matching],
    ['auto-approve', autoApprove ? 'on' : 'off'],
    ['second-person', secondPerson ? 'on' : 'off'],
    ...Object.entries(attributes).map(([path, name]) => ['attribute', `${printable(path)}=${printable(name)}`]),
  ];
  const origin = revision === 0 ? 'The defaults are in force.' : `Revision ${revision} is in force.`;
  return `${origin}\n${table(rows, ['SETTING', 'VALUE'], { aligned, none: '' })}`;
}
