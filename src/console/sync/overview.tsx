import type { JSX } from 'preact';
import type { Plan } from '../../model/plan.js';
import type { KnownPlan } from '../../sync/history/stale.js';
import type { RunStatus } from '../../sync/synchronization.js';
import { companyOf } from '../companies/company.js';
import { linesOf } from '../companies/condition.js';
import { For, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { counted, State, Table, Time, type Tone } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { RUN_STATES } from './run-progress.js';

/** How many plans and runs are listed. */
const LISTED = 20;

/** The review-and-apply workflow of a company: what is under way, and the latest plans and runs. */
export async function syncPage(visit: Visit): Promise<Page> {
  const { parts } = visit;
  const company = await companyOf(visit, 'sync');
  const [plans, runs] = await Promise.all([
    parts.synchronization.plans(company.id, { limit: LISTED }),
    parts.synchronization.runs(company.id, { limit: LISTED }),
  ]);
  const here = ['tenants', company.id, 'sync'];
  const body = (
    <>
      <p>
        A plan is the exact difference between what Entra sent and what FlexWhere was told. Nothing reaches FlexWhere
        until somebody has reviewed a plan and applied it.
      </p>
      <For role="operator">
        <PostForm to={pathTo([...here, 'plan'])}>
          <button>Make a plan</button>
        </PostForm>
      </For>
      <p class="actions">
        <Link to={pathTo([...here, 'holds'])}>Holds</Link>
        <Link to={pathTo([...here, 'policy'])}>Policy</Link>
        <Link to={pathTo([...here, 'audit'])}>Audit trail</Link>
      </p>
      <Plans here={here} plans={plans} />
      <Runs here={here} runs={runs} />
    </>
  );
  return { title: 'Sync', company, body };
}

/** How the states of plans look. */
const PLAN_STATES: Readonly<Record<Plan['state'], Tone>> = {
  making: 'waiting',
  open: 'waiting',
  applying: 'waiting',
  applied: 'good',
  discarded: 'quiet',
};

/** The state of a plan, and whether it can still be applied. */
export function PlanState({
  plan: { state, overtakenBy, interrupted, shrunk },
}: {
  readonly plan: KnownPlan;
}): JSX.Element {
  if (interrupted) return <State tone="bad">interrupted</State>;
  if (overtakenBy !== undefined) return <State tone="quiet">stale</State>;
  return <State tone={PLAN_STATES[state]}>{shrunk === undefined ? state : `${state}, shrunk`}</State>;
}

function Plans({
  here,
  plans,
}: {
  readonly here: readonly string[];
  readonly plans: readonly KnownPlan[];
}): JSX.Element {
  return (
    <Table
      caption="Plans, the latest first"
      rows={plans}
      empty="No plan has been made yet."
      columns={[
        {
          name: 'Made',
          cell: ({ id, created }) => (
            <Link to={pathTo([...here, 'plans', id])}>
              <Time at={created} />
            </Link>
          ),
        },
        { name: 'State', cell: (plan) => <PlanState plan={plan} /> },
        {
          name: 'Comes to',
          cell: ({ counts, undoes }) =>
            `${counted(linesOf(counts), 'line')}${undoes === undefined ? '' : ', undoes a run'}`,
        },
        { name: 'By', cell: ({ by }) => by },
      ]}
    />
  );
}

function Runs({ here, runs }: { readonly here: readonly string[]; readonly runs: readonly RunStatus[] }): JSX.Element {
  return (
    <Table
      caption="Runs, the latest first"
      rows={runs}
      empty="No plan has been applied yet."
      columns={[
        {
          name: 'Started',
          cell: ({ id, started }) => (
            <Link to={pathTo([...here, 'runs', id])}>
              <Time at={started} />
            </Link>
          ),
        },
        { name: 'State', cell: ({ state }) => <State tone={RUN_STATES[state].tone}>{RUN_STATES[state].word}</State> },
        {
          name: 'Came to',
          cell: ({ counts }) =>
            `${counted(counts.applied, 'line')} applied, ${counts.skipped.toLocaleString('en-US')} skipped, ${counts.failed.toLocaleString('en-US')} failed`,
        },
        { name: 'Ended', cell: ({ finished }) => <Time at={finished} none="not yet" /> },
        { name: 'By', cell: ({ by }) => by },
      ]}
    />
  );
}
