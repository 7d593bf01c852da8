import type { JSX } from 'preact';
import type { CompanyOverview } from '../../storage/console-store.js';
import { For, SearchForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { counted, State, Table, Time } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { conditionOf, type Condition } from './condition.js';

/** How many companies are judged for one page; whoever has more searches by name. */
const MOST_COMPANIES = 1_000;

/** How many companies the page shows. */
const SHOWN = 100;

type Judged = CompanyOverview & { readonly condition: Condition };

/** All companies, the worst first. */
export async function companiesPage({ parts, query }: Visit): Promise<Page> {
  const q = (query.get('q') ?? '').slice(0, 200);
  const now = parts.now();
  const { overviews } = parts.storage.console;
  const found = await overviews.companies(q, MOST_COMPANIES, now.toISOString());
  // Companies with an alert are among them, wherever their names are in the alphabet.
  const alerting = q === '' ? await overviews.withAlerts(SHOWN, now.toISOString()) : [];
  const listed = new Set(found.map(({ id }) => id));
  const judged = [...found, ...alerting.filter(({ id }) => !listed.has(id))]
    .map((company) => ({ ...company, condition: conditionOf(company, now) }))
    .sort((one, other) => other.condition.rank - one.condition.rank);
  return { title: 'Companies', body: <Companies q={q} judged={judged} /> };
}

function Companies({ q, judged }: { readonly q: string; readonly judged: readonly Judged[] }): JSX.Element {
  return (
    <>
      <SearchForm to={pathTo([])} label="Company's name begins with" value={q} list="companies" />
      <For role="admin">
        <p>
          <Link to={pathTo(['new'])} button>
            Create a company
          </Link>
        </p>
      </For>
      <div id="companies">
        <Table
          caption={`${counted(judged.length, 'company', 'companies')}, the worst first`}
          rows={judged.slice(0, SHOWN)}
          empty={q === '' ? 'No company yet. Create the first.' : `No company's name begins with “${q}”.`}
          columns={[
            { name: 'Company', cell: ({ id, name }) => <Link to={pathTo(['tenants', id])}>{name}</Link> },
            { name: 'How it is', cell: ({ condition }) => <State tone={condition.tone}>{condition.sentence}</State> },
            { name: 'Entra called', cell: ({ lastHeard }) => <Time at={lastHeard} /> },
            { name: 'People', cell: ({ users }) => users.toLocaleString('en-US') },
            { name: 'Token until', cell: ({ tokensUntil }) => <Until at={tokensUntil} /> },
          ]}
        />
        {judged.length > SHOWN ? (
          <p>{`The first ${SHOWN} are shown${judged.length < MOST_COMPANIES ? '' : ` of the first ${MOST_COMPANIES} by name`}; search by name to see others.`}</p>
        ) : null}
      </div>
    </>
  );
}

/** Until when the tokens of a company are valid. */
export function Until({ at }: { readonly at: string | undefined }): JSX.Element {
  return at === 'always' ? <>no end</> : <Time at={at} none="no valid token" />;
}
