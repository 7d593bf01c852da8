import { activityCsv, activityLines } from '../../activity/export.js';
import type { SavedFile, Visit } from '../visit.js';
import { filterIn } from './filter.js';

/** The entries that the page shows, and all that follow them, as a table for a spreadsheet. @throws ScimError 404 */
export async function csvFile({ parts, param, query }: Visit): Promise<SavedFile> {
  const { id } = await parts.tenancy.getTenant(param('tenant'));
  const pieces = activityCsv(parts.storage.activity, id, filterIn(query).wanted);
  return { name: 'activity.csv', type: 'text/csv', pieces };
}

/** The same as NDJSON, for programs. @throws ScimError 404 */
export async function linesFile({ parts, param, query }: Visit): Promise<SavedFile> {
  const { id } = await parts.tenancy.getTenant(param('tenant'));
  const pieces = activityLines(parts.storage.activity, id, filterIn(query).wanted);
  return { name: 'activity.ndjson', type: 'application/x-ndjson', pieces };
}
