import { expect, it } from 'vitest';
import { csvRows } from './csv.js';

it('keeps text what it is', () => {
  expect(
    csvRows([
      ['a', 'b, "c"'],
      ['é\nf', ''],
    ]),
  ).toBe('a,"b, ""c"""\n"é\nf",\n');
});

it.each(['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('makes no formula of %j', (text) => {
  expect(csvRows([[text]]).replace(/^"/u, '')).toMatch(/^'/u);
});

it.each(['a;b', 'a\tb', 'a\rb'])('quotes %j, which some readers would take for two cells', (text) => {
  expect(csvRows([[text, 'c']])).toBe(`"${text}",c\n`);
});
