import type { JSX } from 'preact';
import { notFound } from '../../protocol/scim-error.js';
import type { RunStatus } from '../../sync/synchronization.js';
import { shrunkSentence } from '../../sync/retention/shrunk.js';
import { companyOf } from '../companies/company.js';
import { For, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { Facts, State, Table, Time } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { progressOf, toneOf, wordsOf } from './run-progress.js';

/** How many of the lines that failed are shown on the page of a run. */
const MOST_FAILED = 200;

/** A run: how far it is, what failed, and what can be done with it. */
export async function runPage(visit: Visit): Promise<Page> {
  const { parts, param } = visit;
  const company = await companyOf(visit, 'sync');
  const status = await parts.synchronization.status(company.id, param('run'));
  if (status === undefined) throw notFound('The company has no such run.');
  const failed =
    status.shrunk === undefined
      ? await parts.synchronization.lines(company.id, status.planId, { states: ['failed'], limit: MOST_FAILED })
      : [];
  const here = ['tenants', company.id, 'sync'];
  const self = pathTo([...here, 'runs', status.id]);
  const { said, version } = progressOf(status);
  // The page's script listens to the events or, where they do not come, loads the part anew every two seconds.
  const live =
    status.state === 'running'
      ? {
          ...{ 'data-events': pathTo([...here, 'runs', status.id, 'events']), 'data-version': version },
          ...{ 'hx-get': self, 'hx-trigger': 'anew', 'hx-select': '#run', 'hx-swap': 'outerHTML' },
        }
      : {};
  const body = (
    <>
      {/* Outside of what is loaded anew, and written ten times in a run at most: it is read aloud. */}
      <p id="said" class="aloud" role="status" />
      <div id="run" data-said={said} {...live}>
        <Progress status={status} />
        <Facts
          rows={[
            ['Plan', <Link to={pathTo([...here, 'plans', status.planId])}>the plan that it applies</Link>],
            ['Started', <Time at={status.started} />],
            ['By', status.by],
            ['Ended', <Time at={status.finished} none="not yet" />],
            ...(status.shrunk === undefined ? [] : [['Lines', shrunkSentence(status)] as const]),
            ...(status.detail === undefined ? [] : [['Why it stands still', status.detail] as const]),
          ]}
        />
        <Controls here={here} status={status} />
        <Table
          caption="Lines that failed; the next plan tries again"
          rows={failed}
          empty={status.shrunk === undefined ? 'No line failed.' : 'Which lines failed is in the audit trail.'}
          columns={[
            { name: 'Line', cell: ({ number }) => number },
            { name: 'Who', cell: ({ name, memberName }) => memberName ?? name },
            { name: 'What', cell: ({ kind }) => kind },
            { name: "The backend's words", cell: ({ detail = '' }) => detail },
          ]}
        />
        {status.state === 'running' ? (
          <noscript>
            <p>
              <Link to={self}>See how far it is now</Link>
            </p>
          </noscript>
        ) : null}
      </div>
    </>
  );
  return { title: 'Run', company, body };
}

function Progress({ status }: { readonly status: RunStatus }): JSX.Element {
  const { done, total, sentence } = progressOf(status);
  return (
    <>
      <p class="verdict">
        <State tone={toneOf(status)}>{wordsOf(status)}</State> <span data-live="sentence">{sentence}</span>
      </p>
      <progress data-live="bar" value={done} max={Math.max(1, total)} aria-label="Lines done" />
    </>
  );
}

function Controls({ here, status }: { readonly here: readonly string[]; readonly status: RunStatus }): JSX.Element {
  const { state, id, interrupted } = status;
  const active = state === 'running' || state === 'paused';
  const button = (action: string, word: string): JSX.Element => (
    <PostForm to={pathTo([...here, 'runs', id, action])} inline>
      <button>{word}</button>
    </PostForm>
  );
  return (
    <For role="operator">
      <div class="actions">
        {state === 'running' && !interrupted ? button('pause', 'Pause') : null}
        {state === 'paused' || interrupted ? button('resume', 'Resume') : null}
        {active ? button('cancel', 'Cancel') : null}
        {active || status.shrunk !== undefined ? null : button('undo', 'Undo: make a plan that reverses it')}
      </div>
    </For>
  );
}
