import type { JSX } from 'preact';
import type { RunState } from '../../model/run.js';
import { notFound } from '../../protocol/scim-error.js';
import type { RunStatus } from '../../sync/synchronization.js';
import { shrunkSentence } from '../../sync/retention/shrunk.js';
import { companyOf } from '../companies/company.js';
import { For, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { counted, Facts, State, Table, Time, type Tone } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';

/** How the states of runs look; what the contract spells with two l's is written with one. */
export const RUN_STATES: Readonly<Record<RunState, { readonly tone: Tone; readonly word: string }>> = {
  running: { tone: 'waiting', word: 'running' },
  paused: { tone: 'bad', word: 'paused' },
  ['cancelled']: { tone: 'quiet', word: 'canceled' },
  finished: { tone: 'good', word: 'finished' },
};

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
  const live = status.state === 'running' && !status.interrupted;
  const again = live
    ? {
        'hx-get': pathTo([...here, 'runs', status.id]),
        'hx-trigger': 'every 2s',
        'hx-select': '#run',
        'hx-swap': 'outerHTML',
      }
    : {};
  const body = (
    <div id="run" {...again}>
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
      {live ? <p class="none">Without script, reload the page to see how far it is.</p> : null}
    </div>
  );
  return { title: 'Run', company, body };
}

function Progress({ status }: { readonly status: RunStatus }): JSX.Element {
  const { left, applied, skipped, failed } = status.counts;
  const done = applied + skipped + failed;
  return (
    <>
      <p class="verdict" role="status">
        <State tone={toneOf(status)}>{wordsOf(status)}</State>
        {` ${counted(applied, 'line')} applied, ${skipped.toLocaleString('en-US')} skipped, ${failed.toLocaleString('en-US')} failed, ${left.toLocaleString('en-US')} left.`}
      </p>
      <progress value={done} max={Math.max(1, done + left)} aria-label="Lines done" />
    </>
  );
}

/** A run with lines that failed is not a good one. */
const toneOf = ({ state, interrupted, counts }: RunStatus): Tone =>
  interrupted || counts.failed > 0 ? 'bad' : RUN_STATES[state].tone;

function wordsOf({ state, interrupted, asked }: RunStatus): string {
  if (interrupted) return 'interrupted: its process stopped';
  if (asked !== undefined) return asked.to === 'pause' ? 'about to pause' : 'about to be canceled';
  return RUN_STATES[state].word;
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
