import type { ActivityOutcome } from '../../model/activity/entry.js';
import type { ActivityQuery } from '../../model/activity/query.js';

/** What the entries are filtered by, as the address has it and as the page calls it. */
export const SHOWN: ReadonlyMap<string, { readonly word: string; readonly outcomes?: readonly ActivityOutcome[] }> =
  new Map([
    ['all', { word: 'All' }],
    ['refused', { word: 'Refused and failed', outcomes: ['refused', 'failed'] as const }],
    ['done', { word: 'Done', outcomes: ['ok'] as const }],
  ]);

/** Which entries an address asks for. */
export interface Filter {
  /** A name; empty for all. */
  readonly subject: string;
  /** A key of `SHOWN`. */
  readonly show: string;
  readonly wanted: Pick<ActivityQuery, 'subject' | 'outcomes'>;
}

/** Reads which entries an address asks for; what it cannot read is left out. */
export function filterIn(query: URLSearchParams): Filter {
  const subject = (query.get('q') ?? '').trim().slice(0, 256);
  const show = SHOWN.has(query.get('show') ?? '') ? (query.get('show') ?? 'all') : 'all';
  return {
    subject,
    show,
    wanted: { outcomes: SHOWN.get(show)?.outcomes, subject: subject === '' ? undefined : subject },
  };
}
