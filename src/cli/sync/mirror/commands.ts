import type { Command } from 'commander';
import { backendText, type BackendIdentity } from '../../../model/mirror.js';
import { mirrorJson, plannedJson } from '../../../sync/json.js';
import type { MirrorStatus } from '../../../sync/synchronization.js';
import { printOutcome, type CommandLine } from '../../command-line.js';
import { paintFor } from '../../paint.js';
import { printable } from '../../terminal.js';
import type { TenantOptions } from '../../which-tenant.js';
import { addSyncCommand, byOf, commandText, onTenant, withBy, type ActingOptions, type SyncCall } from '../options.js';
import { deliverable, nextSteps, planText } from '../plan-text.js';

interface ChangeOptions extends ActingOptions {
  readonly yes?: true;
}

/** Adds `sync mirror`, with which a person matches the mirror and the backend. */
export function addSyncMirror(parent: Command, cli: CommandLine): void {
  const mirror = parent
    .command('mirror')
    .description('show, compare, adopt or reset the mirror: what a backend was told so far');
  addSyncCommand(mirror, 'show', 'show which backend the mirror belongs to').action((options: TenantOptions) =>
    onTenant(cli, options, async (call) => {
      const status = await call.sync.mirror(call.tenant.id);
      printOutcome(cli, options, mirrorJson(status), mirrorText(call, status));
    }),
  );
  withBy(addSyncCommand(mirror, 'verify', VERIFY)).action((options: ActingOptions) => onTenant(cli, options, verify));
  withYes(addSyncCommand(mirror, 'adopt', 'let the mirror belong to the backend that is set now')).action(
    (options: ChangeOptions) => onTenant(cli, options, adopt),
  );
  withYes(addSyncCommand(mirror, 'reset', 'empty the mirror: the backend that is set now starts anew')).action(
    (options: ChangeOptions) => onTenant(cli, options, reset),
  );
}

const VERIFY = 'compare the mirror with what the backend has, and make a plan that repairs the differences';

const withYes = (command: Command): Command => withBy(command).option('--yes', 'do not ask for confirmation');

async function verify({ cli, options, sync, tenant }: SyncCall<ActingOptions>): Promise<void> {
  const plan = await sync.verifyMirror(tenant.id, byOf(options));
  const text = planText(plan, { paint: paintFor(cli.terminal), aligned: cli.terminal.interactive });
  const { accounts, groups, memberships } = plan.counts;
  const open = accounts.conflict + groups.conflict + accounts.held + groups.held + (memberships.held ?? 0);
  const equal = deliverable(plan) + open === 0;
  const next = equal
    ? 'The backend has exactly what it was sent.'
    : nextSteps(plan, tenant, (await sync.policy(tenant.id)).policy);
  printOutcome(cli, options, plannedJson(plan), `${text}\n\n${next}`);
}

async function adopt(call: SyncCall<ChangeOptions>): Promise<void> {
  const { cli, options, sync, tenant } = call;
  const before = await sync.mirror(tenant.id);
  const what = `Let the mirror of ${printable(tenant.name)} belong to the backend ${placeText(before.current)}?`;
  await confirm(call, `${what} Everything that ${ownerText(before)} was told counts as told to it.`);
  const status = await sync.adoptMirror(tenant.id, byOf(options));
  const next = `Compare it with what the backend has: ${commandText('mirror verify', tenant)}`;
  printOutcome(cli, options, mirrorJson(status), `${mirrorText(call, status)}\n${next}`);
}

async function reset(call: SyncCall<ChangeOptions>): Promise<void> {
  const { cli, options, sync, tenant } = call;
  const before = await sync.mirror(tenant.id);
  const counts = `${before.accounts} accounts and ${before.groups} groups`;
  await confirm(
    call,
    `Forget the ${counts} that ${ownerText(before)} was told, and start anew with ${placeText(before.current)}? Open plans are discarded.`,
  );
  const status = await sync.resetMirror(tenant.id, byOf(options));
  const next = `The next plan starts anew: ${commandText('plan', tenant)}`;
  printOutcome(cli, options, mirrorJson(status), `${mirrorText(call, status)}\n${next}`);
}

/** Asks on a terminal. @throws Error if the answer is no */
async function confirm({ cli: { terminal }, options }: SyncCall<ChangeOptions>, question: string): Promise<void> {
  if (options.yes === true || options.json === true || !terminal.interactive) return;
  const answer = await terminal.ask(`${question} [y/N] `);
  if (!/^y(?:es)?$/iu.test(answer.trim())) throw new Error('Nothing was changed.');
}

const placeText = (backend: BackendIdentity): string => printable(backendText(backend));

const ownerText = ({ owner }: MirrorStatus): string =>
  owner === undefined ? 'the backend so far' : placeText(owner.backend);

function mirrorText({ tenant }: SyncCall<unknown>, status: MirrorStatus): string {
  const { owner, current, reachable, listing, belongs, accounts, groups } = status;
  const whose =
    owner === undefined
      ? 'The mirror belongs to no backend yet; the first plan decides.'
      : `The mirror belongs to the backend ${placeText(owner.backend)} since ${owner.since}, noted by ${printable(owner.by)}.`;
  const able = listing ? 'it can list what it has' : 'it cannot list what it has';
  const now = `The backend that is set now is ${placeText(current)}; ${reachable ? able : 'it does not answer'}.`;
  const unfinished =
    owner?.resetting === true ? [`A reset was interrupted: ${commandText('mirror reset', tenant)}`] : [];
  const other = belongs || unfinished.length > 0 ? [] : ['They are not the same: adopt or reset the mirror.'];
  return [whose, now, `The mirror has ${accounts} accounts and ${groups} groups.`, ...unfinished, ...other].join('\n');
}
