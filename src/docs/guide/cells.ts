import type { Token } from 'markdown-it';

/** The roles of the elements of a table, stated explicitly: screen readers do not recognize a table that is laid out as cards. */
const ROLES: Readonly<Record<string, string>> = {
  table_open: 'table',
  thead_open: 'rowgroup',
  tbody_open: 'rowgroup',
  tr_open: 'row',
  th_open: 'columnheader',
  td_open: 'cell',
};

/** Styles within the HTML would be refused by the Content-Security-Policy. */
function alignByClass(cell: Token): void {
  const isRight = cell.attrGet('style') === 'text-align:right';
  cell.attrs = (cell.attrs ?? []).filter(([name]) => name !== 'style');
  if (isRight) cell.attrSet('class', 'end');
}

/** An empty corner cell is not a heading. */
function asCell(...tokens: readonly (Token | undefined)[]): void {
  for (const token of tokens) if (token !== undefined) token.tag = 'td';
}

/** Gives each cell of a table the name of its column, which stands beside it where the screen is narrow. */
export function labelCells(tokens: readonly Token[]): void {
  let names: string[] = [];
  let column = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'th_open' && tokens[index + 1]?.content === '') asCell(token, tokens[index + 2]);
    const role = ROLES[token.type];
    if (role !== undefined) token.attrSet('role', token.tag === 'td' ? 'cell' : role);
    if (token.type === 'th_open' || token.type === 'td_open') alignByClass(token);
    if (token.type === 'table_open') names = [];
    if (token.type === 'tr_open') column = 0;
    if (token.type === 'th_open') names.push(tokens[index + 1]?.content ?? '');
    if (token.type === 'td_open') {
      token.attrSet('data-label', (names[column] ?? '').replaceAll('`', ''));
      column += 1;
    }
  }
}
