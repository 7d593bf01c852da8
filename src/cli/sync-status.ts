import type { Command } from 'commander';
import type { Tenant } from '../storage/storage.js';
import { runStatusJson } from '../sync/json/run-json.js';
import type { RunStatus } from '../sync/synchronisation.js';
import { printOutcome, type CommandLine } from './command-line.js';
import { printable } from './printable.js';
import { addSyncCommand, commandText, onTenant } from './sync-options.js';
import type { TenantOptions } from './which-tenant.js';

interface StatusOptions extends TenantOptions {
  readonly run?: string;
}

export function addSyncStatus(parent: Command, cli: CommandLine): void {
  addSyncCommand(parent, 'status', 'show how far the active run is, or what the latest one came to')
    .option('--run <RUN_ID>', 'another run, by its id')
    .action((options: StatusOptions) =>
      onTenant(cli, options, async ({ sync, tenant }) => {
        const status = await sync.status(tenant.id, options.run);
        const json = status === undefined ? {} : { run: runStatusJson(status) };
        printOutcome(cli, options, json, status === undefined ? nothingYet(tenant) : statusText(status, tenant));
      }),
    );
}

const nothingYet = (tenant: Tenant): string =>
  `Nothing was ever applied for ${printable(tenant.name)}. Make a plan: ${commandText('plan', tenant)}`;

function statusText(status: RunStatus, tenant: Tenant): string {
  const { left, applied, skipped, failed } = status.counts;
  return [
    `Run ${status.id} of the plan ${status.planId}, by ${printable(status.by)}: ${stateText(status)}.`,
    `Lines: ${applied} applied, ${skipped} skipped, ${failed} failed, ${left} left.`,
    ...(status.detail === undefined ? [] : [printable(status.detail)]),
    ...nextStep(status, tenant),
  ].join('\n');
}

function stateText({ state, started, finished, asked, interrupted }: RunStatus): string {
  if (interrupted) return `interrupted, started ${started}; its process gives no sign of life`;
  if (asked !== undefined) return `${state} since ${started}, asked to ${asked.to}`;
  return finished === undefined ? `${state}, started ${started}` : `${state} ${finished}, started ${started}`;
}

function nextStep({ state, interrupted, planId, id, counts }: RunStatus, tenant: Tenant): readonly string[] {
  if (state === 'paused' || interrupted) {
    return [`Go on with it: ${commandText('resume', tenant)}`, `End it: ${commandText('cancel', tenant)}`];
  }
  if (state === 'running') return [`Pause it: ${commandText('pause', tenant)}`];
  return [
    ...(counts.failed === 0
      ? []
      : [`What failed: ${commandText('show', tenant, '--plan', planId, '--state', 'failed')}`]),
    `Take it back: ${commandText('undo', tenant, '--run', id)}`,
  ];
}
