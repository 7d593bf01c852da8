import type { JSX } from 'preact';
import { isId } from '../../model/id.js';
import type { HistoryEntry } from '../../sync/history/history.js';
import { wordsIn } from '../../sync/history/words.js';
import { forgottenSentence } from '../../sync/retention/shrunk.js';
import { companyOf } from '../companies/company.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { NextPage, Table, Time } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { Changes } from './lines.js';

/** How many entries are on a page. */
const PAGE = 50;

/** What a person's account or a group went through, the latest first. @throws ScimError 404 */
export async function historyPage(visit: Visit): Promise<Page> {
  const { parts, query } = visit;
  const company = await companyOf(visit, 'sync');
  const resource = query.get('resource') ?? '';
  const before = query.get('before') ?? '';
  const entries = await parts.synchronization.history(company.id, resource, {
    limit: PAGE + 1,
    ...(isId(before) ? { before } : {}),
  });
  const shown = entries.slice(0, PAGE);
  const last = entries.length > PAGE ? shown.at(-1)?.id : undefined;
  const forgotten =
    last === undefined ? forgottenSentence(await parts.synchronization.latestShrunk(company.id)) : undefined;
  const here = ['tenants', company.id, 'sync', 'history'];
  const body = (
    <>
      <Table
        caption="The latest first"
        rows={shown}
        empty="No plan has had a line about it."
        columns={[
          { name: 'When', cell: ({ at }) => <Time at={at} /> },
          { name: 'Who', cell: ({ by }) => by },
          { name: 'What', cell: (entry) => <What tenantId={company.id} entry={entry} /> },
          {
            name: 'More',
            cell: ({ line, detail }) => (line === undefined ? wordsIn(detail) : <Changes changes={line.changes} />),
          },
        ]}
      />
      {forgotten === undefined ? null : <p role="status">{forgotten}</p>}
      <NextPage to={last === undefined ? undefined : pathTo(here, { resource, before: last })} />
    </>
  );
  return { title: 'History', company, body };
}

function What({
  tenantId,
  entry: { action, planId, runId, line },
}: {
  readonly tenantId: string;
  readonly entry: HistoryEntry;
}): JSX.Element {
  const sync = ['tenants', tenantId, 'sync'];
  return (
    <>
      {line === undefined ? action : `planned: ${line.kind}, ${line.state}`}
      {runId === undefined ? null : (
        <>
          {' in '}
          <Link to={pathTo([...sync, 'runs', runId])}>a run</Link>
        </>
      )}
      {planId === undefined ? null : (
        <>
          {' of '}
          <Link to={pathTo([...sync, 'plans', planId])}>a plan</Link>
        </>
      )}
    </>
  );
}
