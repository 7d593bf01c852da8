import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { SyncMembership } from '../../../model/mirror.js';
import { pageSize } from '../../../storage/page-size.js';
import { isJsonObject, member, type JsonObject, type JsonValue } from '../../../protocol/json.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import { BackendUnavailable, type ListedResource } from '../../backend.js';

/** How many rows are in memory at a time. */
const PAGE = pageSize(500);

/** What `accounts.ndjson` or `groups.ndjson` has, as accountTable and groupTable of tables.ts wrote it. */
export function resourcesIn(path: string, type: ResourceTypeName): AsyncGenerator<readonly ListedResource[]> {
  return pagesOf(path, ({ scimId, ...row }) => {
    const { userName, displayName, active = true, ...attributes } = row;
    const name = type === 'User' ? userName : displayName;
    if (typeof scimId !== 'string' || typeof name !== 'string' || typeof active !== 'boolean') return undefined;
    const kept = type === 'User' && displayName !== undefined ? { displayName } : {};
    return { scimId, content: { name, active, attributes: { ...kept, ...attributes } } };
  });
}

/** What `memberships.ndjson` has. */
export function membershipsIn(path: string): AsyncGenerator<readonly SyncMembership[]> {
  return pagesOf(path, (row) => {
    const [groupId, memberId] = [member(row, 'groupScimId'), member(row, 'memberScimId')];
    return typeof groupId === 'string' && typeof memberId === 'string' ? { groupId, memberId } : undefined;
  });
}

/** A file that is not there has no rows. */
async function* pagesOf<Item>(
  path: string,
  read: (row: JsonObject) => Item | undefined,
): AsyncGenerator<readonly Item[]> {
  if ((await stat(path).catch(() => undefined)) === undefined) return;
  let [page, count]: [Item[], number] = [[], 0];
  for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    count += 1;
    const row = rowOf(text);
    const item = row && read(row);
    if (item === undefined) throw new BackendUnavailable(`Line ${count} of ${path} is not what a run wrote there.`);
    page.push(item);
    if (page.length < PAGE.items) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function rowOf(text: string): JsonObject | undefined {
  try {
    const row = JSON.parse(text) as JsonValue;
    return isJsonObject(row) ? row : undefined;
  } catch {
    return undefined;
  }
}
