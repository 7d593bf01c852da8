import type { JSX } from 'preact';
import { chaptersOf } from './book.js';
import { findGuides, type Guides } from './guide/guides.js';
import { pageText, type Below, type Page } from './layout/frame.js';
import { placesOnServer, type PageId, type Places } from './layout/places.js';
import { Html } from './layout/prose.js';
import type { ApiDocument } from './reference/document.js';
import { anchorOf, DocumentPage } from './reference/document-page.js';
import { byTag, type Operation } from './reference/operation.js';
import { OperationPage } from './reference/operation-page.js';
import { documented, type Documented } from './reference/reference.js';
import { entriesOf } from './search/entries.js';
import { EmptySearchPage, SearchPage } from './search/search-page.js';
import { search, type Entry } from './search/search.js';

/** The pages under `/docs`, as HTML. */
export interface Docs {
  /** Every page but the search. */
  readonly ids: readonly PageId[];
  /** A page; undefined where there is none of that id. @param places as seen from it; those on a server unless given */
  readonly page: (id: PageId, places?: Places) => string | undefined;
  /** The page of what was found. */
  readonly found: (query: string) => Promise<string>;
  /** The page that a script fills with what was found, for a folder of files. */
  readonly emptySearch: (places: Places, scripts: readonly string[]) => string;
  readonly entries: () => Promise<readonly Entry[]>;
  /** The page that says that there is no such page. */
  readonly missing: () => string;
}

/** What the docs are made of. */
export interface DocsParts {
  readonly documents: readonly ApiDocument[];
  /** Where the server is reached, for command lines that can be copied. */
  readonly origin: string;
  /** The folder of the checkout, ending in a slash. */
  readonly root: URL;
}

/** Makes the docs; a page is written when it is asked for. */
export function createDocs({ documents, origin, root }: DocsParts): Docs {
  const guides = findGuides(root);
  const all = documents.map((document) => documented(document, origin));
  const references = new Map(all.flatMap((one) => referencePages(one).map((page) => [page.id, page])));
  const ids = [...guides.ids, ...references.keys()];
  const titleOf = (id: PageId): string => references.get(id)?.title ?? guides.title(id);
  const surroundings = { chapters: chaptersOf(ids), titleOf };
  let entries: Promise<readonly Entry[]> | undefined;
  const entriesOnce = (): Promise<readonly Entry[]> => (entries ??= entriesOf(guides, all));
  const written = (page: Page, places = placesOnServer): string => pageText(page, surroundings, places);
  return {
    ids,
    page: (id, places = placesOnServer) => {
      const reference = references.get(id);
      if (reference !== undefined) return written({ ...reference, body: reference.write() }, places);
      return guides.ids.includes(id) ? written(guidePage(guides, id, places), places) : undefined;
    },
    found: async (query) => written(searchPage(query, search(await entriesOnce(), query))),
    emptySearch: (places, scripts) =>
      written({ ...bare('search', 'Search'), body: <EmptySearchPage />, scripts }, places),
    entries: entriesOnce,
    missing: () => written({ ...bare('missing', 'No such page'), body: <Missing /> }),
  };
}

const Missing = (): JSX.Element => (
  <p>The docs have no page at this address. Search for what you need, or choose a page from the contents.</p>
);

const bare = (id: PageId, title: string) => ({ id, title, entry: id, below: [] });

const searchPage = (query: string, hits: ReturnType<typeof search>): Page => ({
  ...bare('search', 'Search'),
  body: <SearchPage query={query} hits={hits} />,
  query,
});

function guidePage(guides: Guides, id: PageId, places: Places): Page {
  const { title, html, headings } = guides.render(id, places);
  const below = headings
    .filter(({ level }) => level === 2)
    .map(({ id: anchor, text }): Below => ({ title: text, anchor }));
  return { id, title, body: <Html html={html} />, entry: id.split('/')[0] ?? id, below };
}

/** A page of the reference before it is written. */
type ReferencePage = Omit<Page, 'body'> & { readonly write: () => JSX.Element };

/** The page of a document and those of its operations. */
function referencePages(one: Documented): readonly ReferencePage[] {
  const { document, title, operations, caller } = one;
  const entry = `reference/${document.name}`;
  const topics = byTag(document, operations);
  return [
    {
      ...bare(entry, title),
      below: topics.map(({ name }): Below => ({ title: name, anchor: anchorOf(name) })),
      write: () => <DocumentPage document={document} operations={operations} />,
    },
    ...operations.map((operation) => ({
      ...bare(`${entry}/${operation.id}`, operation.summary),
      entry,
      below: siblings(entry, topics, operation),
      write: () => <OperationPage document={document} operation={operation} caller={caller} />,
    })),
  ];
}

/** The topics of a document, and after its own topic the operations beside one. */
const siblings = (entry: PageId, topics: ReturnType<typeof byTag>, shown: Operation): readonly Below[] =>
  topics.flatMap(({ name, operations }): Below[] => [
    { title: name, id: entry, anchor: anchorOf(name) },
    ...(operations.includes(shown)
      ? operations.map(({ id, summary }) => ({ title: summary, id: `${entry}/${id}`, current: id === shown.id }))
      : []),
  ]);
