import type { JSX } from 'preact';
import type { TrackedLine } from '../../model/line.js';
import type { Plan, ResourceCounts } from '../../model/plan.js';
import type { LineGroup, PlanReview } from '../../model/reviewing/plan-review.js';
import { staleSentence, type KnownPlan } from '../../sync/history/stale.js';
import { lineSelection, type SelectionText } from '../../sync/line-selection.js';
import { matchingSentence } from '../../sync/matching/sentence.js';
import { verdictOf } from '../../sync/plan-review/verdict.js';
import { shrunkSentence } from '../../sync/retention/shrunk.js';
import { companyOf } from '../companies/company.js';
import { SearchForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { counted, Facts, NextPage, Table, Time } from '../layout/parts.js';
import { pathTo, type ConsolePath } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { decisionOf } from './decision.js';
import { HoldMany } from './hold-many.js';
import { Lines, LINES } from './lines.js';
import { PlanState } from './overview.js';
import { Review, type PathWith } from './review.js';

/** The parameters that select lines, as the admin API has them. */
const FILTERS = ['subject', 'kind', 'state', 'attribute', 'change', 'warning', 'group', 'search'] as const;

/** How many groups of identical changes are shown. */
const GROUPS = 20;

/** A plan under review: its verdict, its kinds of changes, and its lines a page at a time. */
export async function planPage(visit: Visit): Promise<Page> {
  const { parts, param, query } = visit;
  const company = await companyOf(visit, 'sync');
  const plan = await parts.synchronization.getPlan(company.id, param('plan'));
  const filters: SelectionText = Object.fromEntries(
    FILTERS.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? '']] : [])),
  );
  const gone = shrunkSentence(plan);
  if (gone !== undefined)
    return { title: 'Plan', company, body: <Shrunk tenantId={company.id} plan={plan} why={gone} /> };
  const open = plan.state === 'open' && plan.overtakenBy === undefined;
  const { shown, after, next, seed } = await linesOf(visit, plan, filters, company.id);
  const [review, groups] = await reviewOf(visit, plan);
  const pathWith = (more: Readonly<Record<string, string | number | undefined>>): ConsolePath =>
    pathTo(['tenants', company.id, 'sync', 'plans', plan.id], more);
  const [earlier] = await parts.synchronization.plans(company.id, { before: plan.id, limit: 1 });
  const body = (
    <>
      <Head
        tenantId={company.id}
        plan={plan}
        verdict={plan.interrupted ? 'It has no lines to review.' : review && verdictOf(review, groups[0])}
      />
      {open ? await decisionOf(visit, plan, review?.dangerous ?? 0) : null}
      {review === undefined ? null : <Review review={review} groups={groups} pathWith={pathWith} />}
      <h2>By kind</h2>
      <Kinds plan={plan} pathWith={pathWith} />
      <h2>Lines</h2>
      <SearchForm
        to={pathWith({})}
        label="A part of a name, or an id"
        name="search"
        value={query.get('search') ?? ''}
        list="lines"
      />
      <p>{seed === undefined ? filtered(filters, pathWith) : `${SAMPLE} lines at random, some of every change.`}</p>
      <Looks tenantId={company.id} planId={plan.id} earlier={earlier} seed={seed} pathWith={pathWith} />
      {open ? <HoldMany tenantId={company.id} plan={plan} filters={filters} /> : null}
      <div id="lines">
        <Lines
          tenantId={company.id}
          planId={plan.id}
          open={open}
          lines={shown}
          here={pathWith({ ...filters, ...(after === 0 ? {} : { after }), ...sampled(seed) })}
        />
        <NextPage to={next === undefined ? undefined : pathWith({ ...filters, after: next })} />
      </div>
    </>
  );
  return { title: 'Plan', company, body };
}

/** A plan whose lines are gone: who made it, and how many lines it had of each kind. */
function Shrunk({
  tenantId,
  plan,
  why,
}: {
  readonly tenantId: string;
  readonly plan: KnownPlan;
  readonly why: string;
}): JSX.Element {
  return (
    <>
      <Head tenantId={tenantId} plan={plan} verdict={why} />
      <h2>By kind</h2>
      <Kinds plan={plan} pathWith={() => pathTo(['tenants', tenantId, 'sync', 'plans', plan.id])} />
    </>
  );
}

/** How many lines a sample has. */
const SAMPLE = 20;

const sampled = (seed: number | undefined): Readonly<Record<string, number>> =>
  seed === undefined ? {} : { sample: SAMPLE, seed };

interface LinesShown {
  readonly shown: readonly TrackedLine[];
  readonly after: number;
  /** Behind which number there are more. */
  readonly next?: number | undefined;
  /** The seed of a sample. */
  readonly seed?: number;
}

/** A page of the lines that are selected, or a sample of them. */
async function linesOf(
  { parts, query }: Visit,
  plan: Plan,
  filters: SelectionText,
  tenantId: string,
): Promise<LinesShown> {
  const selection = lineSelection(filters);
  if (query.has('sample')) {
    const seed = wholeIn(query, 'seed');
    const shown = await parts.synchronization.sample(tenantId, plan.id, { ...selection, count: SAMPLE, seed });
    return { shown, after: 0, seed };
  }
  const after = wholeIn(query, 'after');
  const lines = await parts.synchronization.lines(tenantId, plan.id, { ...selection, after, limit: LINES + 1 });
  const shown = lines.slice(0, LINES);
  return { shown, after, next: lines.length > LINES ? shown.at(-1)?.number : undefined };
}

const wholeIn = (query: URLSearchParams, name: string): number =>
  Math.min(2_147_483_647, Math.max(0, Math.floor(Number(query.get(name)) || 0)));

/** Other ways to look at the lines: some of every change, and what is new since the plan before. */
function Looks({
  tenantId,
  planId,
  earlier,
  seed,
  pathWith,
}: {
  readonly tenantId: string;
  readonly planId: string;
  readonly earlier: Plan | undefined;
  readonly seed: number | undefined;
  readonly pathWith: PathWith;
}): JSX.Element {
  return (
    <p class="actions">
      <Link to={pathWith(sampled((seed ?? 0) + 1))}>
        {seed === undefined ? 'A sample of 20 lines' : 'Another sample'}
      </Link>
      {earlier === undefined || earlier.state === 'making' || earlier.shrunk !== undefined ? null : (
        <Link to={pathTo(['tenants', tenantId, 'sync', 'plans', planId, 'compare', earlier.id])}>
          Compare with the plan before
        </Link>
      )}
    </p>
  );
}

function filtered(filters: SelectionText, pathWith: PathWith): JSX.Element {
  const named = Object.entries(filters).map(([name, value]) => `${name} ${String(value)}`);
  if (named.length === 0) return <>All lines, in the order of planning.</>;
  return (
    <>
      {`Only ${named.join(', ')}. `}
      <Link to={pathWith({})}>Show all lines</Link>
    </>
  );
}

function Head({
  tenantId,
  plan,
  verdict = 'It is being made; reload the page to see its lines.',
}: {
  readonly tenantId: string;
  readonly plan: KnownPlan;
  readonly verdict: string | undefined;
}): JSX.Element {
  const { created, by, undoes } = plan;
  const stale = staleSentence(plan);
  const matching = matchingSentence(plan);
  return (
    <>
      <p class="verdict">
        <PlanState plan={plan} /> {verdict}
      </p>
      {stale === undefined ? null : <p role="status">{stale}</p>}
      <Facts
        rows={[
          ['Made', <Time at={created} />],
          ['By', by],
          ...(matching === undefined ? [] : [['Sent so far', matching] as const]),
          ...(undoes === undefined
            ? []
            : [['Undoes', <Link to={pathTo(['tenants', tenantId, 'sync', 'runs', undoes])}>a run</Link>] as const]),
        ]}
      />
    </>
  );
}

/** What the plan comes to, with its largest groups of identical changes; nothing while it is being made. */
async function reviewOf(
  { parts, param }: Visit,
  plan: Plan,
): Promise<readonly [PlanReview | undefined, readonly LineGroup[]]> {
  if (plan.state === 'making') return [undefined, []];
  const { synchronization } = parts;
  return Promise.all([
    synchronization.review(param('tenant'), plan.id),
    synchronization.groups(param('tenant'), plan.id, { limit: GROUPS }),
  ]);
}

/** What loses somebody access, or cannot be applied as it is, comes first. */
const KINDS: readonly (keyof ResourceCounts)[] = [
  ...(['delete', 'deactivate', 'conflict', 'link', 'held'] as const),
  ...(['create', 'update', 'reactivate'] as const),
];

interface KindRow {
  readonly subject: 'account' | 'group' | 'membership';
  readonly kind: string;
  readonly count: number;
}

function Kinds({ plan: { counts }, pathWith }: { readonly plan: Plan; readonly pathWith: PathWith }): JSX.Element {
  const rows: readonly KindRow[] = [
    ...KINDS.map((kind) => ({ subject: 'account' as const, kind, count: counts.accounts[kind] })),
    ...KINDS.map((kind) => ({ subject: 'group' as const, kind, count: counts.groups[kind] })),
    ...(['remove', 'add'] as const).map((kind) => ({
      subject: 'membership' as const,
      kind,
      count: counts.memberships[kind],
    })),
  ];
  return (
    <Table
      caption="By kind: each number leads to its lines"
      rows={rows.filter(({ count }) => count > 0)}
      empty="The plan has no lines."
      columns={[
        { name: 'Of', cell: ({ subject }) => subject },
        { name: 'Kind', cell: ({ kind }) => kind },
        {
          name: 'Lines',
          cell: ({ subject, kind, count }) => <Link to={pathWith({ subject, kind })}>{counted(count, 'line')}</Link>,
        },
      ]}
    />
  );
}
