import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A file that pages load. */
export interface DocsFile {
  readonly type: string;
  readonly bytes: Buffer;
}

/** By their endings, the kinds of files that pages show. */
const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
};

/** What the docs share with the console, and what is theirs alone, by name and place in the checkout. */
const STYLES: Readonly<Record<string, string>> = {
  'console.css': 'src/console/assets/console.css',
  'icon.svg': 'src/console/assets/icon.svg',
  'docs.css': 'src/docs/assets/docs.css',
};

/** The files that pages load, by name: styles, and the figures in docs/. @param root the folder of the checkout */
export function docsFiles(root: URL): ReadonlyMap<string, () => DocsFile> {
  const folder = new URL('docs/', root);
  const figures = (existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [])
    .filter((name) => /\.(?:svg|png)$/u.test(name))
    .map((name): [string, string] => [name.replaceAll('\\', '/'), `docs/${name}`]);
  return new Map(
    [...Object.entries(STYLES), ...figures].map(([name, place]) => [
      name,
      () => ({ type: TYPES[name.split('.').at(-1) ?? ''] ?? '', bytes: readFileSync(new URL(place, root)) }),
    ]),
  );
}
