import { auditJson } from './json/audit-json.js';
import { everyPage } from './pages.js';
import type { Synchronisation } from './synchronisation.js';

/** The whole audit trail as NDJSON, the oldest entry first, in pieces of whole lines. */
export async function* auditLines(sync: Synchronisation, tenantId: string): AsyncGenerator<string> {
  const pages = everyPage(
    (after: string | undefined, limit) => sync.audit(tenantId, { limit, ...(after === undefined ? {} : { after }) }),
    ({ id }) => id,
  );
  for await (const entries of pages) yield entries.map((entry) => `${JSON.stringify(auditJson(entry))}\n`).join('');
}
