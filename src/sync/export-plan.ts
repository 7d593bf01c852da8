import type { TrackedLine } from '../model/line.js';
import type { Plan } from '../model/plan.js';
import type { SyncReader } from '../storage/sync-store.js';
import { BYTE_ORDER_MARK, csvRows } from './csv.js';
import { lineJson, planJson, auditJson } from './json.js';
import { everyPage } from './pages.js';
import { linesIn } from './plan/lines.js';
import type { Synchronization } from './synchronization.js';

/** A plan with its lines as one JSON document, in pieces. */
export async function* planAsJson(reader: SyncReader, plan: Plan): AsyncGenerator<string> {
  yield `{"plan":${JSON.stringify(planJson(plan))},"lines":[`;
  let separator = '\n';
  for await (const lines of linesIn(reader, plan.id)) {
    yield separator + lines.map((line) => JSON.stringify(lineJson(line))).join(',\n');
    separator = ',\n';
  }
  yield '\n]}\n';
}

const COLUMNS = [
  'number',
  'subject',
  'kind',
  'name',
  'scimId',
  'accountId',
  'member',
  'memberScimId',
  'changes',
  'would',
  'explanation',
  'state',
  'detail',
];

/** A plan as CSV for a spreadsheet, in pieces: a row a line, under a row of headings. */
export async function* planAsCsv(reader: SyncReader, plan: Plan): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvRows([COLUMNS]);
  for await (const lines of linesIn(reader, plan.id)) yield csvRows(lines.map(row));
}

function row(line: TrackedLine): readonly string[] {
  return [
    String(line.number),
    line.subject,
    line.kind,
    line.name,
    line.resourceId,
    line.accountId ?? '',
    line.memberName ?? '',
    line.memberId ?? '',
    line.changes.map(changeText).join('\n'),
    line.would ?? '',
    line.sentence ?? '',
    line.state,
    line.detail ?? '',
  ];
}

const changeText = ({ attribute, before, after }: TrackedLine['changes'][number]): string =>
  `${attribute}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`;

/** The whole audit trail as NDJSON, the oldest entry first, in pieces of whole lines. */
export async function* auditLines(sync: Synchronization, tenantId: string): AsyncGenerator<string> {
  const pages = everyPage(
    (after: string | undefined, limit) => sync.audit(tenantId, { limit, ...(after === undefined ? {} : { after }) }),
    ({ id }) => id,
  );
  for await (const entries of pages) yield entries.map((entry) => `${JSON.stringify(auditJson(entry))}\n`).join('');
}
