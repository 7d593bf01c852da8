import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { PlacesContext } from '../layout/places.js';
import type { Hit } from './search.js';

/** What was found. */
export function SearchPage({ query, hits }: { readonly query: string; readonly hits: readonly Hit[] }): JSX.Element {
  if (query === '') return <p>Enter words; a part of a page is found when it has all of them.</p>;
  if (hits.length === 0) {
    return (
      <p>
        No page has all of “{query}”. Try fewer words, or the name of an attribute, a setting, a command or an error.
      </p>
    );
  }
  return (
    <>
      <p>
        {hits.length === 1 ? '1 part' : `${hits.length} parts`} of pages with “{query}”, the best first.
      </p>
      <ol class="hits">
        {hits.map((hit) => (
          <Found key={`${hit.entry.page}#${hit.entry.anchor}`} {...hit} />
        ))}
      </ol>
    </>
  );
}

function Found({ entry: { page, anchor, title }, excerpt }: Hit): JSX.Element {
  const places = useContext(PlacesContext);
  return (
    <li>
      <a href={places.page(page, anchor === '' ? undefined : anchor)}>{title}</a>
      <p>{excerpt.map((piece, index) => (index % 2 === 1 ? <mark key={index}>{piece}</mark> : piece))}</p>
    </li>
  );
}

/** The page of a folder of files, which a script fills. */
export const EmptySearchPage = (): JSX.Element => (
  <>
    <div id="found" aria-live="polite" />
    <noscript>Searching this copy needs JavaScript. The docs on a server are searched without.</noscript>
  </>
);
