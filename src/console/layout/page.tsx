import { shortName } from '../../model/access/person.js';
import type { ComponentChildren, JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { assetAddress } from '../assets/assets.js';
import type { OpenSession } from '../session/sessions.js';
import { For, PostForm, SessionContext } from './form.js';
import { Link } from './link.js';
import { pathTo } from './path.js';

/** The parts of a company, as the navigation names them. */
export type Section = 'company' | 'people' | 'groups' | 'activity' | 'sync' | 'connection';

/** A page before it is put into the frame that all have. */
export interface Page {
  readonly title: string;
  /** The company that the page is about, with the part of it. */
  readonly company?: { readonly id: string; readonly name: string; readonly section: Section };
  readonly body: ComponentChildren;
}

/** htmx replaces lists; it runs no script and writes no style of its own, which the Content-Security-Policy would refuse. */
const HTMX = JSON.stringify({
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  selfRequestsOnly: true,
});

/** A page without script, for those who are not signed in to the console. */
export const plainPageText = (page: Page): string =>
  `<!doctype html>${renderToString(<Frame page={page} session={undefined} script={false} />)}`;

/** A page as HTML. */
export function pageText(page: Page, session: OpenSession | undefined): string {
  return `<!doctype html>${renderToString(
    <SessionContext.Provider value={session}>
      <Frame page={page} session={session} script />
    </SessionContext.Provider>,
  )}`;
}

function Frame({
  page,
  session,
  script,
}: {
  readonly page: Page;
  readonly session: OpenSession | undefined;
  readonly script: boolean;
}): JSX.Element {
  const { title, company, body } = page;
  const names = [title, ...(company === undefined || company.name === title ? [] : [company.name]), 'FlexWhere SCIM'];
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content={HTMX} />
        <title>{names.join(' · ')}</title>
        <link rel="icon" href={assetAddress('icon.svg')} />
        <link rel="stylesheet" href={assetAddress('console.css')} />
        {script ? <script src={assetAddress('htmx.js')} defer /> : null}
        {script ? <script src={assetAddress('console.js')} defer /> : null}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        {session === undefined ? null : <Header session={session} />}
        {company === undefined ? null : <CompanyNavigation {...company} />}
        <main id="main">
          <h1>{title}</h1>
          {body}
        </main>
      </body>
    </html>
  );
}

function Header({ session }: { readonly session: OpenSession }): JSX.Element {
  return (
    <header>
      <nav aria-label="Console">
        <strong>
          <Link to={pathTo([])}>FlexWhere SCIM</Link>
        </strong>
        <Link to={pathTo(['health'])}>Health</Link>
        <Link to={pathTo(['admin-tokens'])}>Admin tokens</Link>
        <For role="admin">
          <Link to={pathTo(['sessions'])}>Sessions</Link>
        </For>
      </nav>
      <PostForm to={pathTo(['sign-out'])} inline>
        <span>
          {shortName(session.name)} ({session.role})
        </span>
        <button>Sign out</button>
      </PostForm>
    </header>
  );
}

const SECTIONS: readonly (readonly [Section, string])[] = [
  ['company', 'Company'],
  ['people', 'People'],
  ['groups', 'Groups'],
  ['activity', 'Activity'],
  ['sync', 'Sync'],
  ['connection', 'Connection'],
];

function CompanyNavigation({ id, name, section }: NonNullable<Page['company']>): JSX.Element {
  return (
    <nav class="company" aria-label={name}>
      {SECTIONS.map(([key, word]) => (
        <Link key={key} to={pathTo(['tenants', id, ...(key === 'company' ? [] : [key])])} current={key === section}>
          {word}
        </Link>
      ))}
    </nav>
  );
}
