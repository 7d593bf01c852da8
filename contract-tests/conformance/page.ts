import type { Report, ReportPart, ReportRow, Result } from './report.js';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 72rem; margin: 0 auto; padding: 1rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem }
caption { text-align: left; padding: .25rem 0 }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #8886; overflow-wrap: anywhere }
tbody th { font-weight: 600; width: 22% }
td.result { width: 7rem; white-space: nowrap }
.failed { font-weight: 700; text-decoration: underline }
dt { font-weight: 600 } dd { margin: 0 0 .5rem }
ul { margin: 0; padding-left: 1.2rem }
`;

const SIGNS: Readonly<Record<Result, string>> = { passed: '✓', failed: '✗', 'not run': '○', 'no test': '–' };
const RESULTS: readonly Result[] = ['passed', 'failed', 'not run', 'no test'];

/** The report as one HTML page that needs nothing else, and no script. */
export function pageOf(report: Report): string {
  const summary = report.parts.map((part, index) => summaryRow(part, index)).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>FlexWhere SCIM ${escaped(report.version)}: conformance report</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>FlexWhere SCIM: conformance report</h1>
${facts(report)}
<table>
<caption>Summary</caption>
<thead><tr><th scope="col">Part</th>${RESULTS.map((result) => `<th scope="col">${result}</th>`).join('')}</tr></thead>
<tbody>${summary}</tbody>
</table>
${report.parts.map((part, index) => section(part, index)).join('\n')}
</main>
</body>
</html>
`;
}

function facts(report: Report): string {
  const runs = report.runs.map(({ run, ended, counts }): [string, string] => [
    `Run ${run}`,
    `${Object.entries(counts)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ')}; ended ${ended}`,
  ]);
  const rows: readonly [string, string][] = [
    ['Version', report.version],
    ['Contract', report.contract],
    ['Commit', `${report.commit}${report.changed ? ', with changes' : ''}`],
    ['Node', report.node],
    ...runs,
  ];
  return `<dl>${rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`;
}

function summaryRow({ title, rows }: ReportPart, index: number): string {
  const counts = RESULTS.map((result) => rows.filter((row) => row.result === result).length);
  const link = `<a href="#part-${index}">${escaped(title)}</a>`;
  return `<tr><th scope="row">${link}</th>${counts.map((count) => `<td>${count}</td>`).join('')}</tr>`;
}

function section({ title, column, rows }: ReportPart, index: number): string {
  const body = rows.length === 0 ? '<p>Nothing of this was run.</p>' : table(column, rows);
  return `<section aria-labelledby="part-${index}"><h2 id="part-${index}">${escaped(title)}</h2>${body}</section>`;
}

function table(column: string, rows: readonly ReportRow[]): string {
  const heads = ['Name', column, 'Result'].map((head) => `<th scope="col">${escaped(head)}</th>`).join('');
  return `<table><thead><tr>${heads}</tr></thead><tbody>${rows.map(line).join('\n')}</tbody></table>`;
}

function line({ name, what, result, remarks }: ReportRow): string {
  const list = remarks.map((remark) => `<li>${escaped(remark)}</li>`).join('');
  const said = `${escaped(what)}${list === '' ? '' : `<ul>${list}</ul>`}`;
  const sign = `<span aria-hidden="true">${SIGNS[result]}</span>`;
  return `<tr><th scope="row">${escaped(name)}</th><td>${said}</td><td class="result ${result.replace(' ', '-')}">${sign} ${result}</td></tr>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/gu, (sign) => ENTITIES[sign] ?? sign);
