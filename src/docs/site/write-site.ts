import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Docs } from '../docs.js';
import type { DocsFile } from '../files.js';
import { fileOf, placesInFolder, type PageId } from '../layout/places.js';

/** What a folder of files is written from. */
export interface SiteParts {
  readonly docs: Docs;
  readonly files: ReadonlyMap<string, () => DocsFile>;
  /** The search as a script that defines `docsSearch`. */
  readonly searchScript: string;
  /** The folder of the checkout, ending in a slash. */
  readonly root: URL;
}

/**
 * Writes what `/docs` serves into a folder, for any web server or none: addresses are relative, and the search runs in the browser.
 * @returns how many pages there are
 */
export async function writeSite({ docs, files, searchScript, root }: SiteParts, folder: string): Promise<number> {
  const put = async (name: string, content: string | Buffer): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  };
  for (const id of docs.ids) await put(fileOf(id), docs.page(id, placesInFolder(id)) ?? '');
  for (const [name, read] of files) await put(name, read().bytes);
  const search: PageId = 'search';
  await put(fileOf(search), docs.emptySearch(placesInFolder(search), ['search.js', 'search-page.js']));
  await put('search.js', `${searchScript}\nvar docsEntries = ${JSON.stringify(await docs.entries())};\n`);
  await put('search-page.js', await readFile(new URL('src/docs/assets/search-page.js', root)));
  return docs.ids.length;
}
