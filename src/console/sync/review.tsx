import type { JSX } from 'preact';
import type { AttributeCount, ChangeType, Example, LineGroup, PlanReview } from '../../model/reviewing/plan-review.js';
import { groupText, WARNING_LABELS } from '../../sync/plan-review/verdict.js';
import { Link } from '../layout/link.js';
import { counted, Table } from '../layout/parts.js';
import type { ConsolePath } from '../layout/path.js';

/** The address of the plan's page with other lines. */
export type PathWith = (filters: Readonly<Record<string, string | number | undefined>>) => ConsolePath;

/** What a plan comes to: what needs eyes first, then changes by attribute, and identical changes as one. */
export function Review({
  review,
  groups,
  pathWith,
}: {
  readonly review: PlanReview;
  /** The largest groups of lines that make the same change. */
  readonly groups: readonly LineGroup[];
  readonly pathWith: PathWith;
}): JSX.Element {
  return (
    <>
      <h2>Needs your eyes</h2>
      <Warnings review={review} pathWith={pathWith} />
      <h2>By attribute</h2>
      <Attributes attributes={review.attributes} pathWith={pathWith} />
      <h2>Identical changes</h2>
      <Groups groups={groups} all={review.groups} pathWith={pathWith} />
    </>
  );
}

function Warnings({ review, pathWith }: { readonly review: PlanReview; readonly pathWith: PathWith }): JSX.Element {
  return (
    <>
      <Table
        caption="The most dangerous first"
        rows={review.warnings}
        empty="Nothing."
        columns={[
          { name: 'What', cell: ({ warning }) => WARNING_LABELS[warning] },
          {
            name: 'Lines',
            cell: ({ warning, lines }) => <Link to={pathWith({ warning })}>{counted(lines, 'line')}</Link>,
          },
          { name: 'Who', cell: ({ examples, lines }) => who(examples, lines) },
        ]}
      />
      {review.groupLosses.slice(0, 5).map(({ groupId, name, members, removed }) => (
        <p key={groupId}>{`${name} loses ${removed.toLocaleString('en-US')} of ${counted(members, 'member')}.`}</p>
      ))}
    </>
  );
}

function Attributes({
  attributes,
  pathWith,
}: {
  readonly attributes: readonly AttributeCount[];
  readonly pathWith: PathWith;
}): JSX.Element {
  const count = (attribute: string, change: ChangeType, lines: number): JSX.Element =>
    lines === 0 ? <>0</> : <Link to={pathWith({ attribute, change })}>{counted(lines, 'line')}</Link>;
  return (
    <Table
      caption="Values of accounts and groups that FlexWhere has already"
      rows={attributes}
      empty="None changes."
      columns={[
        { name: 'Attribute', cell: ({ attribute }) => attribute },
        { name: 'Set', cell: ({ attribute, set }) => count(attribute, 'set', set) },
        { name: 'Changed', cell: ({ attribute, changed }) => count(attribute, 'changed', changed) },
        {
          name: 'Blanked',
          cell: ({ attribute, blanked, accountsWith }) => (
            <>
              {count(attribute, 'blanked', blanked)}
              {blanked === 0 ? '' : ` of ${accountsWith.toLocaleString('en-US')} that have a value`}
            </>
          ),
        },
      ]}
    />
  );
}

function Groups({
  groups,
  all,
  pathWith,
}: {
  readonly groups: readonly LineGroup[];
  readonly all: number;
  readonly pathWith: PathWith;
}): JSX.Element {
  return (
    <Table
      caption={`The largest ${groups.length} of ${all.toLocaleString('en-US')}`}
      rows={groups}
      empty="No two lines make the same change."
      columns={[
        { name: 'Change', cell: groupText },
        {
          name: 'Lines',
          cell: ({ signature, lines }) => <Link to={pathWith({ group: signature })}>{counted(lines, 'line')}</Link>,
        },
        { name: 'Who', cell: ({ examples, lines }) => who(examples, lines) },
      ]}
    />
  );
}

function who(examples: readonly Example[], lines: number): string {
  const names = examples.map(({ name, memberName, members }) =>
    members === undefined ? (memberName ?? name) : `${name} (${counted(members, 'member')})`,
  );
  return `${names.join(', ')}${lines > examples.length ? ', …' : ''}`;
}
