/**
 * The rules for Entra that say what an operation means where its form is standard; the PATCH code asks for them.
 * They are described, with their payloads, in entra.ts.
 */
export type MeaningRule =
  | 'unmatched-filter-creates'
  | 'named-members-removed'
  | 'filter-on-single-value'
  | 'unknown-attribute-tolerated';
