import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What only the user who made it may read: personal data. */
const OWN_FILE = 0o600;

/**
 * Makes a file that is there whole or not at all, and never in place of another: under a temporary name beside it, from where it
 * moves to its own when it is on disk. It is readable for its own user alone.
 * @param make writes to the temporary file, which is there and empty
 * @throws Error if there is a file already, or it cannot be written
 */
export async function makeNewFile<T>(path: string, make: (temporary: string) => Promise<T>): Promise<T> {
  if (existsSync(path)) throw exists(path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  await (await open(temporary, 'wx', OWN_FILE)).close();
  try {
    const made = await make(temporary);
    await toDisk(temporary);
    await moveTo(path, temporary);
    await toDisk(dirname(path));
    return made;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A link, unlike a rename, never takes the place of a file. Some file systems have none. */
async function moveTo(path: string, temporary: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (existsSync(path)) throw exists(path);
    if (!(error instanceof Error && 'code' in error && ['EPERM', 'ENOTSUP', 'ENOSYS'].includes(String(error.code))))
      throw error;
    await rename(temporary, path);
  }
}

async function toDisk(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const exists = (path: string): Error => new Error(`${path} exists already. Name a new file, or remove that one first.`);
