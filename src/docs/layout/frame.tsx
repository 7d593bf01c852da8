import type { ComponentChildren, JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { renderToString } from 'preact-render-to-string';
import type { Chapter } from '../book.js';
import { PlacesContext, type PageId, type Places } from './places.js';

/** An entry of the navigation below the page that is shown: a heading in it, or an operation. */
export interface Below {
  readonly title: string;
  /** The page; the one that is shown unless given. */
  readonly id?: PageId;
  readonly anchor?: string;
  readonly current?: boolean;
}

/** A page before it is put into the frame that all have. */
export interface Page {
  readonly id: PageId;
  readonly title: string;
  readonly body: ComponentChildren;
  /** The page in the navigation that this one belongs to. */
  readonly entry: PageId;
  readonly below: readonly Below[];
  /** What was searched for. */
  readonly query?: string;
  /** Names of scripts that the page loads; none on a server. */
  readonly scripts?: readonly string[];
}

/** What all pages have around them. */
export interface Surroundings {
  readonly chapters: readonly Chapter[];
  readonly titleOf: (id: PageId) => string;
}

/** A page as HTML, with places as it sees them. */
export const pageText = (page: Page, surroundings: Surroundings, places: Places): string =>
  `<!doctype html>${renderToString(
    <PlacesContext.Provider value={places}>
      <Frame page={page} surroundings={surroundings} />
    </PlacesContext.Provider>,
  )}`;

function Frame({ page, surroundings }: { readonly page: Page; readonly surroundings: Surroundings }): JSX.Element {
  const places = useContext(PlacesContext);
  const { id, title, body, query, scripts = [] } = page;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{id === '' ? title : `${title} · FlexWhere SCIM`}</title>
        <link rel="icon" href={places.file('icon.svg')} />
        <link rel="stylesheet" href={places.file('console.css')} />
        <link rel="stylesheet" href={places.file('docs.css')} />
        {scripts.map((name) => (
          <script key={name} src={places.file(name)} defer />
        ))}
      </head>
      <body class={id === '' ? 'docs home' : 'docs'}>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header>
          <strong>
            <a href={places.page('')}>FlexWhere SCIM docs</a>
          </strong>
          <form method="get" action={places.page('search')} role="search" class="search">
            <label for="search">Search</label>
            <input id="search" type="search" name="q" value={query ?? ''} maxLength={200} />
            <button>Search</button>
          </form>
          <a class="to-contents" href="#contents">
            Contents
          </a>
        </header>
        <div class="columns">
          <main id="main">
            <h1>{title}</h1>
            {body}
          </main>
          <Navigation page={page} {...surroundings} />
        </div>
      </body>
    </html>
  );
}

function Navigation({ page, chapters, titleOf }: Surroundings & { readonly page: Page }): JSX.Element {
  const places = useContext(PlacesContext);
  return (
    <nav id="contents" aria-label="Contents" class="contents">
      {chapters.map((chapter) => (
        <section key={chapter.title}>
          <h2>{chapter.title}</h2>
          <ul>
            {chapter.pages.map((id) => (
              <li key={id}>
                <a href={places.page(id)} aria-current={id === page.id ? 'page' : undefined}>
                  {titleOf(id)}
                </a>
                {id === page.entry && page.below.length > 0 ? <Inner page={page} /> : null}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function Inner({ page }: { readonly page: Page }): JSX.Element {
  const places = useContext(PlacesContext);
  return (
    <ul>
      {page.below.map(({ title, id, anchor, current = false }) => (
        <li key={`${id ?? ''}#${anchor ?? ''}`}>
          <a
            href={id === undefined ? `#${anchor ?? ''}` : places.page(id, anchor)}
            aria-current={current ? 'page' : undefined}
          >
            {title}
          </a>
        </li>
      ))}
    </ul>
  );
}
