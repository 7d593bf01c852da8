import type { PageId } from './layout/places.js';

/** A part of the navigation. */
export interface Chapter {
  readonly title: string;
  readonly pages: readonly PageId[];
}

/** Who reads what, in the order of the doors on the first page. */
const CHAPTERS: readonly Chapter[] = [
  { title: 'Connect Entra', pages: ['entra'] },
  { title: 'Review and apply', pages: ['console', 'synchronizing'] },
  { title: 'Call the API', pages: ['reference/scim', 'reference/admin'] },
  { title: 'Build a backend', pages: ['backend-integration', 'reference/backend'] },
  { title: 'Run the server', pages: ['operating', 'security', 'benchmarks', 'changelog'] },
  { title: 'Try it without Entra', pages: ['simulator', 'replaying'] },
];

/** The chapter of the pages that no other chapter lists: those for people who change the server. */
const REST = 'Work on it';

/** The navigation over the pages that there are: each that is neither the first nor below another stands in it once. */
export function chaptersOf(ids: readonly PageId[]): readonly Chapter[] {
  const placed = new Set(CHAPTERS.flatMap(({ pages }) => pages));
  const chapters = CHAPTERS.map(({ title, pages }) => ({ title, pages: pages.filter((id) => ids.includes(id)) }));
  // A page of a page, such as one decision, is reached through it.
  const rest = ids.filter((id) => id !== '' && !placed.has(id) && !id.includes('/'));
  return [...chapters, { title: REST, pages: rest }].filter(({ pages }) => pages.length > 0);
}
