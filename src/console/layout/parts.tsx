import type { ComponentChildren, JSX } from 'preact';
import { Link } from './link.js';
import type { ConsolePath } from './path.js';

/** A state, shown by a word, a shape and a color. */
export type Tone = 'good' | 'waiting' | 'bad' | 'quiet';

const SHAPES: Readonly<Record<Tone, string>> = { good: '●', waiting: '▲', bad: '■', quiet: '○' };

/** A word about a state. */
export function State({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }): JSX.Element {
  return (
    <span class={`state ${tone}`}>
      <span aria-hidden="true">{SHAPES[tone]}</span> {children}
    </span>
  );
}

/** A point in time, in UTC; the page's script writes it in the time of whoever reads it. */
export function Time({ at, none = 'never' }: { readonly at: string | undefined; readonly none?: string }): JSX.Element {
  if (at === undefined) return <span class="none">{none}</span>;
  return <time dateTime={at}>{`${at.slice(0, 16).replace('T', ' ')} UTC`}</time>;
}

/** A value that programs use, such as an id, which can be copied. */
export function Copyable({ label, text }: { readonly label: string; readonly text: string }): JSX.Element {
  return (
    <span class="copyable">
      <code>{text}</code>
      <button type="button" data-copy={text} aria-label={`Copy ${label}`} hidden>
        Copy
      </button>
    </span>
  );
}

/** Names and what they have, such as an attribute and its value. */
export function Facts({
  rows,
}: {
  readonly rows: readonly (readonly [name: string, value: ComponentChildren])[];
}): JSX.Element {
  return (
    <dl>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A column of a table. */
export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ComponentChildren;
}

/**
 * A table whose rows become cards where the screen is narrow; a sentence where there are none. The roles say again what the
 * elements are, since a table that is not laid out as one is none to screen readers.
 */
export function Table<Row>({
  caption,
  columns,
  rows,
  empty,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly empty: ComponentChildren;
}): JSX.Element {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <table role="table">
      <caption>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ name }) => (
            <th key={name} scope="col" role="columnheader">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row, index) => (
          <tr key={index} role="row">
            {columns.map(({ name, cell }) => (
              <td key={name} role="cell" data-label={name}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The link to the page that follows, where there is one. */
export function NextPage({ to }: { readonly to: ConsolePath | undefined }): JSX.Element | null {
  return to === undefined ? null : (
    <p class="next">
      <Link to={to}>Next page</Link>
    </p>
  );
}

/** A number with its noun: `1 person`, `2,000 people`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
