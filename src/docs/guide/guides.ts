import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { PageId, Places } from '../layout/places.js';
import { renderMarkdown, type Rendered } from './markdown.js';

/** Pages that are not in docs/. */
const ELSEWHERE: Readonly<Record<string, PageId>> = { 'CHANGELOG.md': 'changelog', 'CONTRIBUTING.md': 'contributing' };

/** The pages that are written by hand, from docs/ and its neighbors. */
export interface Guides {
  readonly ids: readonly PageId[];
  readonly title: (id: PageId) => string;
  /** @throws Error for an id that is not among `ids` */
  readonly render: (id: PageId, places: Places) => Rendered;
}

/** Finds the guides of a checkout. @param root its folder, ending in a slash */
export function findGuides(root: URL): Guides {
  const files = new Map(markdownFiles(root).map((file) => [pageOf(file), file]));
  const known = new Set(files.keys());
  const titles = new Map<PageId, string>();
  const textOf = (id: PageId): string => {
    const file = files.get(id);
    if (file === undefined) throw new Error(`there is no guide ${id}`);
    return readFileSync(new URL(file, root), 'utf8');
  };
  return {
    ids: [...files.keys()],
    title: (id) => {
      const title = titles.get(id) ?? /^# (.+)$/mu.exec(textOf(id))?.[1] ?? id;
      titles.set(id, title);
      return title;
    },
    render: (id, places) => {
      const from = posix.dirname(files.get(id) ?? '');
      return renderMarkdown(textOf(id), {
        link: (href) => followed(href, from, known, places),
        image: (src) => places.file(posix.relative('docs', posix.join(from, src))),
      });
    },
  };
}

/** None where a server is installed without its guides; the reference is there all the same. */
function markdownFiles(root: URL): readonly string[] {
  const folder = new URL('docs/', root);
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const inDocs = files
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file.replaceAll('\\', '/')}`)
    .sort();
  return [...inDocs, ...Object.keys(ELSEWHERE).filter((file) => existsSync(new URL(file, root)))];
}

/** The page of a file: that of `docs/decisions/README.md` is `decisions`, that of `docs/index.md` is the first one. */
const pageOf = (file: string): PageId =>
  ELSEWHERE[file] ?? file.replace(/^docs\//u, '').replace(/(?:^index|\/README)?\.md$/u, '');

/** Where a link leads: to another page, to a place in this one, or to another host; undefined for files of the source. */
function followed(href: string, from: string, known: ReadonlySet<PageId>, places: Places): string | undefined {
  if (/^https:\/\//u.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  if (path === '') return `#${anchor ?? ''}`;
  const file = posix.join(from, path);
  const page = file.endsWith('/') ? `${file}README.md` : file;
  return page.endsWith('.md') && known.has(pageOf(page)) ? places.page(pageOf(page), anchor) : undefined;
}
