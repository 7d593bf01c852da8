import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Personal data: for the user that the process runs as, and nobody else. */
const [FOLDER_MODE, FILE_MODE] = [0o700, 0o600];

/** How much text is gathered before it is written, in UTF-16 code units. */
const PIECE = 64 * 1024;

/**
 * Writes a file so that there is always the old one or the new one, whole: into a temporary file beside it, to disk, and
 * under its name. Folders are made where they are missing.
 */
export async function writeWhole(path: string, text: AsyncIterable<string>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  await removeParts(path);
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await writeAll(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** What a crash has left, and what a process writes that lost its run to this one. */
async function removeParts(path: string): Promise<void> {
  const names = await readdir(dirname(path));
  const parts = names.filter((name) => name.startsWith(`${basename(path)}.`) && name.endsWith('.part'));
  await Promise.all(parts.map((name) => rm(join(dirname(path), name), { force: true })));
}

async function writeAll(path: string, text: AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'w', FILE_MODE);
  try {
    let gathered = '';
    for await (const some of text) {
      gathered += some;
      if (gathered.length < PIECE) continue;
      await file.writeFile(gathered);
      gathered = '';
    }
    await file.writeFile(gathered);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The new name is on disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
