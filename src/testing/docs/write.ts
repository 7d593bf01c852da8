import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { docsFiles } from '../../docs/files.js';
import { writeSite } from '../../docs/site/write-site.js';
import { docsOfCheckout } from './docs-of-checkout.js';
import { CHECKOUT } from './read-documents.js';

/** Writes the docs of this checkout into a folder; `make docs` does so. @returns how many pages there are */
export function writeDocs(folder: string): Promise<number> {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('src/docs/search/search.ts', CHECKOUT))],
    ...{ bundle: true, format: 'iife', globalName: 'docsSearch', minify: true, write: false },
  });
  const searchScript = outputFiles[0]?.text ?? '';
  return writeSite({ docs: docsOfCheckout(), files: docsFiles(CHECKOUT), searchScript, root: CHECKOUT }, folder);
}
