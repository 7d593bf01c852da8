import type { Command } from 'commander';
import type { AuditEntry } from '../../model/audit.js';
import { auditLines } from '../../sync/export-plan.js';
import { auditJson } from '../../sync/json.js';
import { readPage } from '../../sync/pages.js';
import { printOutcome, UsageError, type CommandLine } from '../command-line.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';
import { writeOut } from '../terminal.js';
import type { TenantOptions } from '../which-tenant.js';
import { addSyncCommand, commandText, onTenant, wholeNumberFrom, type SyncCall } from './options.js';

interface AuditOptions extends TenantOptions {
  readonly limit: number;
  readonly after?: string;
  readonly before?: string;
  readonly oldestFirst?: true;
  readonly newestFirst?: true;
  readonly ndjson?: true;
  readonly output?: string;
}

/** Adds `sync audit`, which lists the audit trail of a tenant or exports it as NDJSON. */
export function addSyncAudit(parent: Command, cli: CommandLine): void {
  addSyncCommand(parent, 'audit', 'show the audit trail: who planned, held, confirmed and applied what')
    .option('--limit <NUMBER>', 'maximum number of entries', wholeNumberFrom(1), 50)
    .option('--before <ENTRY_ID>', 'only entries before this one')
    .option('--newest-first', 'begin with the latest, as on a terminal')
    .option('--oldest-first', 'begin with the oldest, as without a terminal and with --json')
    .option('--after <ENTRY_ID>', 'only entries after this one, oldest first')
    .option('--ndjson', 'export all entries, one JSON object per line')
    .option('--output <FILE>', 'file to export to (default: standard output)')
    .action((options: AuditOptions) =>
      onTenant(cli, options, async (call) => {
        if (isContradictory(options)) throw new UsageError(ONE_ORDER);
        if (options.ndjson !== true && options.output === undefined) await list(call);
        else await writeOut(cli.terminal, auditLines(call.sync, call.tenant.id), options.output);
      }),
    );
}

async function list({ cli, options, sync, tenant }: SyncCall<AuditOptions>): Promise<void> {
  const { after, before, limit } = options;
  const oldest = isOldestFirst(cli, options);
  const { items, next = null } = await readPage(
    (most) =>
      oldest
        ? sync.audit(tenant.id, { limit: most, ...(after === undefined ? {} : { after }) })
        : sync.latestAudit(tenant.id, { limit: most, ...(before === undefined ? {} : { before }) }),
    limit,
    ({ id }) => id,
  );
  const none = 'There are no entries.';
  const more =
    next === null ? '' : `\nMore entries: ${commandText('audit', tenant, oldest ? '--after' : '--before', next)}`;
  const text = table(items.map(entryRow), HEADINGS, { aligned: cli.terminal.interactive, none });
  printOutcome(cli, options, { entries: items.map(auditJson), next }, text + more);
}

const ONE_ORDER =
  '--before and --newest-first begin with the latest entries, --after and --oldest-first with the oldest: use one.';

const wantsOldest = ({ oldestFirst, after }: AuditOptions): boolean => oldestFirst === true || after !== undefined;

const wantsNewest = ({ newestFirst, before }: AuditOptions): boolean => newestFirst === true || before !== undefined;

const isContradictory = (options: AuditOptions): boolean => wantsOldest(options) && wantsNewest(options);

/** Scripts get the order that they have always had. */
const isOldestFirst = ({ terminal }: CommandLine, options: AuditOptions): boolean =>
  wantsOldest(options) || (!wantsNewest(options) && (!terminal.interactive || options.json === true));

const HEADINGS = ['AT', 'BY', 'ACTION', 'ABOUT', 'DETAIL'];

const entryRow = ({ at, by, action, planId, runId, resourceId, detail }: AuditEntry): readonly string[] => [
  at,
  printable(by),
  printable(action),
  resourceId ?? runId ?? planId ?? '-',
  printable(JSON.stringify(detail)),
];
