import { mkdtemp, open, readFile, readlink, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeWhole } from './whole-file.js';

/** What a file or folder is when it is written to disk. */
interface Flushed {
  readonly path: string;
  /** What stands under the name of the file at that moment. */
  readonly named: string;
}

let folder: string;
let path: string;
let flushed: Flushed[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-whole-'));
  path = join(folder, 'users.csv');
  flushed = [];
  const handle = await open(folder, 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const sync = Reflect.get<FileHandle, 'sync'>(prototype, 'sync');
  vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    flushed.push({ path: await readlink(`/proc/self/fd/${this.fd}`), named: await readFile(path, 'utf8') });
    await sync.call(this);
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

async function* textOf(...pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

it('a file that takes the place of another is on disk before it has its name, and then its name is', async () => {
  await writeFile(path, 'old');
  await writeWhole(path, textOf('n', 'e', 'w'));
  expect(flushed).toEqual([
    { path: expect.stringMatching(/users\.csv\.[\da-f-]+\.part$/u) as string, named: 'old' },
    { path: folder, named: 'new' },
  ]);
});
