import type { JSX } from 'preact';
import type { Plan, ResourceCounts } from '../../model/plan.js';
import type { LineGroup, PlanReview } from '../../model/reviewing/plan-review.js';
import { affectedBy } from '../../sync/json.js';
import { lineSelection, type SelectionText } from '../../sync/line-selection.js';
import { matchingSentence } from '../../sync/matching/sentence.js';
import { verdictOf } from '../../sync/plan-review/verdict.js';
import { companyOf } from '../companies/company.js';
import { Field, For, PostForm, SearchForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { counted, Facts, NextPage, State, Table, Time } from '../layout/parts.js';
import { pathTo, type ConsolePath } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { HoldMany } from './hold-many.js';
import { Lines, LINES } from './lines.js';
import { PLAN_STATES } from './overview.js';
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
  const after = Math.max(0, Number(query.get('after')) || 0);
  const lines = await parts.synchronization.lines(company.id, plan.id, {
    ...lineSelection(filters),
    after: Math.floor(after),
    limit: LINES + 1,
  });
  const [review, groups] = await reviewOf(visit, plan);
  const shown = lines.slice(0, LINES);
  const pathWith = (more: Readonly<Record<string, string | number | undefined>>): ConsolePath =>
    pathTo(['tenants', company.id, 'sync', 'plans', plan.id], more);
  const next = lines.length > LINES ? pathWith({ ...filters, after: shown.at(-1)?.number }) : undefined;
  const body = (
    <>
      <Head tenantId={company.id} plan={plan} verdict={review && verdictOf(review, groups[0])} />
      {plan.state === 'open' ? <Decision tenantId={company.id} plan={plan} dangerous={review?.dangerous ?? 0} /> : null}
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
      <p>{filtered(filters, pathWith)}</p>
      {plan.state === 'open' ? <HoldMany tenantId={company.id} plan={plan} filters={filters} /> : null}
      <div id="lines">
        <Lines
          tenantId={company.id}
          planId={plan.id}
          open={plan.state === 'open'}
          lines={shown}
          here={pathWith({ ...filters, ...(after === 0 ? {} : { after }) })}
        />
        <NextPage to={next} />
      </div>
    </>
  );
  return { title: 'Plan', company, body };
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
  readonly plan: Plan;
  readonly verdict: string | undefined;
}): JSX.Element {
  const { state, created, by, undoes } = plan;
  const matching = matchingSentence(plan);
  return (
    <>
      <p class="verdict">
        <State tone={PLAN_STATES[state]}>{state}</State> {verdict}
      </p>
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

function Decision({
  tenantId,
  plan,
  dangerous,
}: {
  readonly tenantId: string;
  readonly plan: Plan;
  /** How many lines need a person's eyes: only then the guard may ask for a number. */
  readonly dangerous: number;
}): JSX.Element {
  const here = ['tenants', tenantId, 'sync', 'plans', plan.id];
  const affected = affectedBy(plan);
  return (
    <For role="operator">
      <section aria-labelledby="decide">
        <h2 id="decide">Apply or discard</h2>
        <PostForm to={pathTo([...here, 'apply'])}>
          {affected + dangerous === 0 ? null : (
            <Field
              label={`Type how many accounts lose access: ${affected.toLocaleString('en-US')}`}
              hint="The policy's guard asks for it where the plan goes beyond its limits."
              name="confirm"
              inputMode="numeric"
              autocomplete="off"
            />
          )}
          <button>Apply exactly this plan</button>
        </PostForm>
        <PostForm to={pathTo([...here, 'discard'])}>
          <button class="danger">Discard it</button>
        </PostForm>
      </section>
    </For>
  );
}
