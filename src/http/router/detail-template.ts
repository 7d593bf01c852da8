import { COMMON_ATTRIBUTES } from '../../protocol/schemas/common.js';
import { GROUP, USER } from '../../protocol/schemas/resource-types.js';

/** Names that tell nothing about anybody: of attributes, of their parts, and of members of messages. */
const NAMES: ReadonlySet<string> = new Set([
  ...['schemas', 'Operations', 'op', 'path', 'value', 'data', 'count', 'startIndex', 'cursor', 'filter', 'sortBy'],
  ...['sortOrder', 'attributes', 'excludedAttributes', 'failOnErrors', 'method', 'bulkId', 'version'],
  ...[COMMON_ATTRIBUTES, ...[USER, GROUP].flatMap(({ schema, extensions }) => [schema, ...extensions])]
    .flatMap((part) => ('attributes' in part ? part.attributes : part))
    .flatMap(({ name, subAttributes = [] }) => [name, ...subAttributes.map((part) => part.name)]),
]);

/**
 * The detail of an error without what was sent: quoted texts become `"…"`, identifiers and numbers `…`. Everything from the
 * first quotation mark to the last is one text, so that a value with quotation marks in it cannot show; only a place that a
 * detail begins with stays, such as `"emails[0].value"`.
 */
export function detailTemplate(detail: string): string {
  const [, opening = '', place = '', rest = detail] =
    /^((?:The parameter |In )?)"([\w.$[\]]+)"(.*)$/su.exec(detail) ?? [];
  const isKnown = place.split('.').every((name) => NAMES.has(name.replace(/\[\d+\]$/u, '')));
  const [front, text] = isKnown ? [`${opening}"${place}"`, rest] : ['', detail];
  return front + withoutData(withoutQuotes(text));
}

function withoutQuotes(text: string): string {
  const first = text.indexOf('"');
  if (first < 0) return text;
  return `${text.slice(0, first)}"…"${text.slice(Math.max(first, text.lastIndexOf('"')) + 1)}`;
}

/** Words with a digit or an @ in them: ids, times, numbers, addresses; the sections of a standard too. */
const withoutData = (text: string): string =>
  text.replaceAll(/[^\s"(),;]+/gu, (word) => (/[\d@]/u.test(word) ? '…' : word));
