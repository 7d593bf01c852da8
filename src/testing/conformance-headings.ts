/** The headings of docs/conformance.md that have a table of requirements below them. */
export const REQUIREMENT_HEADINGS = [
  'RFC 7643: core schema',
  'RFC 7644: protocol',
  'RFC 9865: paging by cursor',
] as const;

/** The heading with the closed list of what Entra wins. */
export const DIALECT_HEADING = 'Where Entra wins';
