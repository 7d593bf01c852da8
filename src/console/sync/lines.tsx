import { shortName } from '../../model/access/person.js';
import type { JSX } from 'preact';
import type { AttributeChange, TrackedLine } from '../../model/line.js';
import type { JsonValue } from '../../protocol/json.js';
import { For, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import { State, Table, type Tone } from '../layout/parts.js';
import { pathTo, type ConsolePath } from '../layout/path.js';

/** How many lines are on a page. */
export const LINES = 50;

/** Characters of a value that are shown. */
const SHOWN = 120;

/** Attributes of one line that are shown; a new account has many. */
const MOST_CHANGES = 12;

const TONES: Readonly<Record<TrackedLine['state'], Tone>> = {
  planned: 'waiting',
  sent: 'waiting',
  applied: 'good',
  skipped: 'quiet',
  failed: 'bad',
};

/** Lines of a plan, each with what changes alone. */
export function Lines({
  tenantId,
  planId,
  open,
  lines,
  here,
}: {
  readonly tenantId: string;
  readonly planId: string;
  /** Whether the plan can still be reviewed. */
  readonly open: boolean;
  readonly lines: readonly TrackedLine[];
  /** The page that they are on, to return to. */
  readonly here: ConsolePath;
}): JSX.Element {
  return (
    <Table
      caption="Lines: only what changes, as FlexWhere has it and as it is to be"
      rows={lines}
      empty="No line is so."
      columns={[
        { name: 'Line', cell: ({ number }) => number },
        { name: 'Who or what', cell: (line) => <Subject tenantId={tenantId} line={line} /> },
        { name: 'What', cell: (line) => <What line={line} /> },
        { name: 'Changes', cell: ({ changes }) => <Changes changes={changes} /> },
        { name: 'State', cell: (line) => <LineState line={line} /> },
        {
          name: 'Decide',
          cell: (line) => (open ? <Decisions tenantId={tenantId} planId={planId} line={line} here={here} /> : null),
        },
      ]}
    />
  );
}

function Subject({ tenantId, line }: { readonly tenantId: string; readonly line: TrackedLine }): JSX.Element {
  const { subject, resourceId, name, memberName } = line;
  const page = pathTo(['tenants', tenantId, subject === 'account' ? 'people' : 'groups', resourceId]);
  return (
    <>
      {memberName === undefined ? '' : `${memberName} in `}
      <Link to={page}>{name}</Link>
    </>
  );
}

function What({
  line: { kind, would, sentence, needsConfirmation, confirmedBy },
}: {
  readonly line: TrackedLine;
}): JSX.Element {
  const unconfirmed = needsConfirmation === true && confirmedBy === undefined;
  return (
    <>
      {would === undefined ? kind : `${kind}, would ${would}`}
      {unconfirmed ? <State tone="waiting"> has to be confirmed</State> : null}
      {confirmedBy === undefined ? null : ` (confirmed by ${shortName(confirmedBy)})`}
      {sentence === undefined ? null : <p>{sentence}</p>}
    </>
  );
}

/** What changes, attribute by attribute. */
export function Changes({ changes }: { readonly changes: readonly AttributeChange[] }): JSX.Element {
  return (
    <>
      {changes.slice(0, MOST_CHANGES).map(({ attribute, before, after }) => (
        <div key={attribute}>
          {attribute}: {before === null ? null : <del>{valueText(before)}</del>}{' '}
          {after === null ? null : <ins>{valueText(after)}</ins>}
        </div>
      ))}
      {changes.length > MOST_CHANGES ? <div>{`and ${changes.length - MOST_CHANGES} more`}</div> : null}
    </>
  );
}

function valueText(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function LineState({ line: { state, detail } }: { readonly line: TrackedLine }): JSX.Element {
  return (
    <>
      <State tone={TONES[state]}>{state}</State>
      {detail === undefined ? null : <p>{detail}</p>}
    </>
  );
}

function Decisions({
  tenantId,
  planId,
  line,
  here,
}: {
  readonly tenantId: string;
  readonly planId: string;
  readonly line: TrackedLine;
  readonly here: ConsolePath;
}): JSX.Element {
  const { number, kind, resourceId, memberId, needsConfirmation, confirmedBy } = line;
  const sync = ['tenants', tenantId, 'sync'];
  return (
    <For role="operator">
      {needsConfirmation === true && confirmedBy === undefined ? (
        <PostForm to={pathTo([...sync, 'plans', planId, 'confirm'])} inline>
          <input type="hidden" name="line" value={number} />
          <input type="hidden" name="next" value={here} />
          <button aria-label={`Confirm line ${number}`}>Same person</button>
        </PostForm>
      ) : null}
      {kind === 'held' ? null : (
        <Link to={pathTo([...sync, 'hold'], { resource: resourceId, member: memberId, next: here })}>
          {`Hold line ${number}`}
        </Link>
      )}
    </For>
  );
}
