import { createContext } from 'preact';

/**
 * A page of the docs by its place: empty for the first one, `entra` for docs/entra.md, `reference/scim/createUser` for an
 * operation.
 */
export type PageId = string;

/** Where the pages and their files are, as seen from one page. */
export interface Places {
  /** The address of a page. @param anchor the id of a heading in it */
  readonly page: (id: PageId, anchor?: string) => string;
  /** The address of a file that pages load, such as `docs.css` or `figures/plan.png`. */
  readonly file: (name: string) => string;
  /** The address of the page on which an operation can be tried; undefined where no server answers. */
  readonly trying: ((document: string, tag: string, operation: string) => string) | undefined;
}

const hash = (anchor: string | undefined): string => (anchor === undefined ? '' : `#${anchor}`);

/** The places on a server: below `/docs`, whichever page they are seen from. */
export const placesOnServer: Places = {
  page: (id, anchor) => `/docs${id === '' ? '' : `/${id}`}${hash(anchor)}`,
  file: (name) => `/docs/${name}`,
  trying: (document, tag, operation) => `/docs/try/${document}#/${encodeURIComponent(tag)}/${operation}`,
};

/** The places in a folder of files: addresses are relative to the page, so that it can be opened from anywhere. */
export function placesInFolder(from: PageId): Places {
  const up = '../'.repeat(from.split('/').length - 1);
  return {
    page: (id, anchor) => `${up}${fileOf(id)}${hash(anchor)}`,
    file: (name) => up + name,
    trying: undefined,
  };
}

/** The file of a page in a folder: `index.html`, `entra.html`. */
export const fileOf = (id: PageId): string => `${id === '' ? 'index' : id}.html`;

/** The places as seen from the page that is written. */
export const PlacesContext = createContext(placesOnServer);
