import type { JSX } from 'preact';
import type { ComparedKind, Difference } from '../../sync/comparison/compare.js';
import { DIFFERENCES } from '../../sync/comparison/compare.js';
import { companyOf } from '../companies/company.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { counted, NextPage, Table } from '../layout/parts.js';
import { pathTo, type ConsolePath } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { Lines, LINES } from './lines.js';

type Row = ComparedKind & { readonly difference: Difference };

const WORDS: Readonly<Record<Difference, string>> = {
  new: 'new in this plan',
  changed: 'otherwise in this plan',
  gone: 'no longer in this plan',
};

/** What a plan has that an earlier one does not have, such as that of the day before. */
export async function comparePage(visit: Visit): Promise<Page> {
  const { parts, param, query } = visit;
  const company = await companyOf(visit, 'sync');
  const [planId, otherId] = [param('plan'), param('other')];
  const sync = parts.synchronization;
  const { comparison, lines: differing } = await sync.compare(company.id, planId, otherId);
  const difference = DIFFERENCES.find((one) => one === query.get('lines'));
  const after = Math.max(0, Math.floor(Number(query.get('after')) || 0));
  const lines = difference === undefined ? [] : await differing(difference, { after, limit: LINES + 1 });
  const shown = lines.slice(0, LINES);
  const pathWith = (more: Readonly<Record<string, string | number | undefined>>): ConsolePath =>
    pathTo(['tenants', company.id, 'sync', 'plans', planId, 'compare', otherId], more);
  const next = lines.length > LINES ? pathWith({ lines: difference, after: shown.at(-1)?.number }) : undefined;
  const rows = DIFFERENCES.flatMap((one) => comparison[one].kinds.map((kind): Row => ({ ...kind, difference: one })));
  const body = (
    <>
      <p>
        {`${counted(comparison.same, 'line')} the same in `}
        <Link to={pathTo(['tenants', company.id, 'sync', 'plans', planId])}>this plan</Link>
        {' and in '}
        <Link to={pathTo(['tenants', company.id, 'sync', 'plans', otherId])}>the earlier one</Link>.
      </p>
      <Kinds rows={rows} pathWith={pathWith} />
      {difference === undefined ? null : (
        <>
          <h2>{`Lines ${WORDS[difference]}`}</h2>
          <Lines
            tenantId={company.id}
            planId={difference === 'gone' ? otherId : planId}
            open={false}
            lines={shown}
            here={pathWith({ lines: difference })}
          />
          <NextPage to={next} />
        </>
      )}
    </>
  );
  return { title: 'Compared plans', company, body };
}

function Kinds({
  rows,
  pathWith,
}: {
  readonly rows: readonly Row[];
  readonly pathWith: (more: Readonly<Record<string, string>>) => ConsolePath;
}): JSX.Element {
  return (
    <Table
      caption="What differs: each number leads to its lines"
      rows={rows}
      empty="Nothing differs."
      columns={[
        { name: 'How', cell: ({ difference }) => WORDS[difference] },
        { name: 'Of', cell: ({ subject }) => subject },
        { name: 'Kind', cell: ({ kind }) => kind },
        {
          name: 'Lines',
          cell: ({ difference, lines }) => <Link to={pathWith({ lines: difference })}>{counted(lines, 'line')}</Link>,
        },
        {
          name: 'Who',
          cell: ({ examples, lines }) => {
            const names = examples.map(({ name, memberName }) => memberName ?? name).join(', ');
            return `${names}${lines > examples.length ? ', …' : ''}`;
          },
        },
      ]}
    />
  );
}
