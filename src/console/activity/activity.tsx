import type { JSX } from 'preact';
import type { ActivityEntry, ActivityOutcome } from '../../model/activity/entry.js';
import { isId } from '../../model/id.js';
import { companyOf } from '../companies/company.js';
import { SearchForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { NextPage, State, Table, Time, type Tone } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { filterIn, SHOWN } from './filter.js';
import { Week, weekOf } from './week.js';

/** How many entries are on a page. */
const PAGE = 50;

const TONES: Readonly<Record<ActivityOutcome, Tone>> = {
  ok: 'good',
  nothing: 'quiet',
  unchanged: 'quiet',
  refused: 'bad',
  failed: 'bad',
};

/** What Entra asked for, and what was answered: the latest first. */
export async function activityPage(visit: Visit): Promise<Page> {
  const { parts, query } = visit;
  const company = await companyOf(visit, 'activity');
  const { subject, show, wanted } = filterIn(query);
  const after = query.get('after') ?? '';
  const { activity } = parts.storage;
  const [{ entries, next }, days] = await Promise.all([
    activity.page(company.id, { ...wanted, limit: PAGE, after: isId(after) ? after : undefined }),
    weekOf(activity, company.id, parts.now()),
  ]);
  const here = ['tenants', company.id, 'activity'];
  const body = (
    <>
      <Week days={days} />
      <SearchForm
        to={pathTo(here)}
        label="About whom: userName, externalId, email or displayName"
        value={subject}
        list="entries"
      />
      <nav aria-label="Which entries">
        {[...SHOWN].map(([key, { word }]) => (
          <Link key={key} to={pathTo(here, { q: subject, show: key })} current={key === show}>
            {word}
          </Link>
        ))}
      </nav>
      <div id="entries">
        <p class="actions">
          <Link to={pathTo([...here, 'export.csv'], { q: subject, show })}>Save as CSV</Link>
          <Link to={pathTo([...here, 'export.ndjson'], { q: subject, show })}>Save as NDJSON</Link>
        </p>
        <Entries entries={entries} tenantId={company.id} />
        <NextPage to={next === undefined ? undefined : pathTo(here, { q: subject, show, after: next })} />
        {subject === '' ? null : (
          <p>
            <Link
              to={pathTo(['tenants', company.id, 'explain'], { name: subject })}
            >{`What happened to “${subject}”?`}</Link>
          </p>
        )}
      </div>
    </>
  );
  return { title: 'Activity', company, body };
}

/** Entries of the activity log. */
function Entries({
  entries,
  tenantId,
}: {
  readonly entries: readonly Pick<
    ActivityEntry,
    'id' | 'at' | 'operation' | 'subject' | 'outcome' | 'detail' | 'changed'
  >[];
  readonly tenantId: string;
}): JSX.Element {
  return (
    <Table
      caption="Requests by their meaning, the latest first"
      rows={entries}
      empty="No request matches."
      columns={[
        {
          name: 'When',
          cell: ({ id, at }) => (
            <Link to={pathTo(['tenants', tenantId, 'activity', id])}>
              <Time at={at} />
            </Link>
          ),
        },
        { name: 'What', cell: ({ operation }) => operation },
        { name: 'About', cell: ({ subject = '' }) => subject },
        { name: 'Outcome', cell: ({ outcome }) => <State tone={TONES[outcome]}>{outcome}</State> },
        { name: 'Detail', cell: ({ detail, changed }) => detail ?? changed.join(', ') },
      ]}
    />
  );
}
