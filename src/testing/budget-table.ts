/** A row of the table of budgets in docs/operating.md. */
export interface BudgetRow {
  /** What is counted. */
  readonly what: string;
  readonly most: number;
  /** The environment variable; undefined if the budget is fixed. */
  readonly setting: string | undefined;
  /** What is answered beyond it. */
  readonly beyond: string;
}

/** The rows of the table below `## Budgets`, in their order. @throws Error for a row that has no number or no setting */
export function budgetRows(markdown: string): readonly BudgetRow[] {
  const section = markdown.split('\n## ').find((part) => part.startsWith('Budgets\n')) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map(budgetRow);
}

function budgetRow(line: string): BudgetRow {
  const [what = '', most = '', setting = '', beyond = ''] = line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
  const variable = /^`([A-Z_]+)`$/u.exec(setting)?.[1];
  if (!/^\d[\d,]*$/u.test(most) || (variable === undefined && setting !== 'fixed')) {
    throw new Error(`a row of the table of budgets cannot be read: ${line}`);
  }
  return { what, most: Number(most.replaceAll(',', '')), setting: variable, beyond };
}
