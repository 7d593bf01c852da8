import type { Command } from 'commander';
import type { AuditEntry } from '../../model/audit.js';
import { auditLines } from '../../sync/export-plan.js';
import { auditJson } from '../../sync/json.js';
import { readPage } from '../../sync/pages.js';
import { printOutcome, type CommandLine } from '../command-line.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';
import { writeOut } from '../terminal.js';
import type { TenantOptions } from '../which-tenant.js';
import { addSyncCommand, commandText, onTenant, wholeNumberFrom, type SyncCall } from './options.js';

interface AuditOptions extends TenantOptions {
  readonly limit: number;
  readonly after?: string;
  readonly ndjson?: true;
  readonly output?: string;
}

/** Adds `sync audit`, which lists the audit trail of a tenant or exports it as NDJSON. */
export function addSyncAudit(parent: Command, cli: CommandLine): void {
  addSyncCommand(parent, 'audit', 'show the audit trail: who planned, held, confirmed and applied what, oldest first')
    .option('--limit <NUMBER>', 'maximum number of entries', wholeNumberFrom(1), 50)
    .option('--after <ENTRY_ID>', 'only entries after this one')
    .option('--ndjson', 'export all entries, one JSON object per line')
    .option('--output <FILE>', 'file to export to (default: standard output)')
    .action((options: AuditOptions) =>
      onTenant(cli, options, async (call) => {
        if (options.ndjson !== true && options.output === undefined) await list(call);
        else await writeOut(cli.terminal, auditLines(call.sync, call.tenant.id), options.output);
      }),
    );
}

async function list({ cli, options, sync, tenant }: SyncCall<AuditOptions>): Promise<void> {
  const { after, limit } = options;
  const { items, next = null } = await readPage(
    (most) => sync.audit(tenant.id, { limit: most, ...(after === undefined ? {} : { after }) }),
    limit,
    ({ id }) => id,
  );
  const none = 'There are no entries.';
  const more = next === null ? '' : `\nMore entries: ${commandText('audit', tenant, '--after', next)}`;
  const text = table(items.map(entryRow), HEADINGS, { aligned: cli.terminal.interactive, none });
  printOutcome(cli, options, { entries: items.map(auditJson), next }, text + more);
}

const HEADINGS = ['AT', 'BY', 'ACTION', 'ABOUT', 'DETAIL'];

const entryRow = ({ at, by, action, planId, runId, resourceId, detail }: AuditEntry): readonly string[] => [
  at,
  printable(by),
  printable(action),
  resourceId ?? runId ?? planId ?? '-',
  printable(JSON.stringify(detail)),
];
