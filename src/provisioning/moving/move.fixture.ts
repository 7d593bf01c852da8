import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { v7 as newId } from 'uuid';
import type { JsonObject } from '../../protocol/json.js';
import type { Storage } from '../../storage/storage.js';
import { openTestDatabase, type OpenDatabase } from '../../storage/testing/seed.fixture.js';
import { sqliteStorage, storageKinds } from '../../storage/testing/storage.fixture.js';
import { exportTenant, type ExportedTenant } from './export-tenant.js';
import { importTenant, type ImportedTenant } from './import-tenant.js';

/** A folder for the files of a test. */
async function moveFolder(): Promise<{ path: (name: string) => string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-move-'));
  return { path: (name) => join(folder, name), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** What a tenant moves between. */
export interface Move {
  readonly folder: Awaited<ReturnType<typeof moveFolder>>;
  readonly from: OpenDatabase;
  readonly to: OpenDatabase;
}

/** SQLite, the other kind of database where it is tested, and a folder. */
export async function openMove(): Promise<Move> {
  const folder = await moveFolder();
  const from = await openTestDatabase(sqliteStorage);
  return { folder, from, to: await openTestDatabase(storageKinds.at(-1) ?? sqliteStorage) };
}

export async function closeMove({ folder, from, to }: Move): Promise<void> {
  await Promise.all([from.close(), to.close()]);
  await folder.remove();
}

/** Exports a tenant to a file, at a fixed time. */
export const exportTo = (
  storage: Storage,
  tenantId: string,
  file: string,
  withActivity = false,
): Promise<ExportedTenant> =>
  exportTenant({ storage, now: () => new Date(0) }, tenantId, withActivity, (lines) =>
    pipeline(Readable.from(lines), createWriteStream(file)),
  );

export const importFrom = (storage: Storage, file: string): Promise<ImportedTenant> =>
  importTenant({ storage, newId: () => newId(), nameOf: (name) => name.trim() }, file);

/** The lines of a file as values, without the end. */
export async function linesOf(file: string): Promise<JsonObject[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as JsonObject);
}

/** Writes lines with the end that fits them. */
export async function writeLines(file: string, lines: readonly (JsonObject | string)[]): Promise<void> {
  const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  const end = { lines: lines.length, sha256: createHash('sha256').update(text).digest('hex') };
  await writeFile(file, `${text}${JSON.stringify({ end })}\n`);
}
