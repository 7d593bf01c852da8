/** A row of the chart: a workload, with a ratio for each server; undefined where there is none. */
export interface ChartRow {
  readonly label: string;
  readonly ratios: readonly (number | undefined)[];
}

const WIDTH = 820;
const LEFT = 220;
const RIGHT = 60;
const BAR = 9;
const GAP = 12;
const TOP = 64;

/** Colors that are told apart in the light and in the dark, and by people who are color-blind (Okabe and Ito). */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];

const STYLE = `text { font: 12px system-ui, sans-serif; fill: #1f2328 } .grid { stroke: #d0d7de } .floor { stroke: #1f2328 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #3d444d } .floor { stroke: #e6edf3 } }`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Draws ratios as bars on a logarithmic scale, with a line at 1, as SVG that is readable in the light and in the dark. */
export function chart(title: string, names: readonly string[], rows: readonly ChartRow[]): string {
  const values = rows.flatMap(({ ratios }) => ratios.filter((ratio) => ratio !== undefined));
  const most = Math.max(2, ...values);
  const least = Math.min(0.5, ...values);
  const x = (ratio: number): number =>
    LEFT + ((Math.log(ratio) - Math.log(least)) / (Math.log(most) - Math.log(least))) * (WIDTH - LEFT - RIGHT);
  const height = names.length * BAR + GAP;
  const bottom = TOP + rows.length * height;
  const parts = [
    `<text x="0" y="16" font-weight="600">${escaped(title)}</text>`,
    ...legend(names),
    ...gridLines(least, most).map((value) => grid(x(value), bottom, value)),
    ...rows.flatMap((row, index) => bars(row, TOP + index * height, x, x(least))),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 24}" role="img">
<title>${escaped(title)}</title><style>${STYLE}</style>
${parts.join('\n')}
</svg>
`;
}

function legend(names: readonly string[]): readonly string[] {
  return names.map((name, index) => {
    const left = index * 200;
    const color = COLORS[index % COLORS.length] ?? '';
    return `<rect x="${left}" y="30" width="10" height="10" fill="${color}"/><text x="${left + 16}" y="39">${escaped(name)}</text>`;
  });
}

const gridLines = (least: number, most: number): readonly number[] =>
  [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500].filter((value) => value >= least && value <= most);

function grid(left: number, bottom: number, value: number): string {
  const at = left.toFixed(1);
  const line = `<line class="${value === 1 ? 'floor' : 'grid'}" x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${bottom}"/>`;
  return `${line}<text x="${at}" y="${bottom + 16}" text-anchor="middle">${value} ×</text>`;
}

function bars({ label, ratios }: ChartRow, top: number, x: (ratio: number) => number, zero: number): readonly string[] {
  const middle = top + (ratios.length * BAR) / 2 + 4;
  return [
    `<text x="${LEFT - 8}" y="${middle}" text-anchor="end">${escaped(label)}</text>`,
    ...ratios.flatMap((ratio, index) => {
      if (ratio === undefined) return [];
      const y = top + index * BAR;
      const width = Math.max(1, x(ratio) - zero).toFixed(1);
      const color = COLORS[index % COLORS.length] ?? '';
      return [
        `<rect x="${zero.toFixed(1)}" y="${y}" width="${width}" height="${BAR - 1}" fill="${color}"/>`,
        `<text x="${(x(ratio) + 4).toFixed(1)}" y="${y + BAR - 1}" font-size="9">${ratio.toFixed(1)}</text>`,
      ];
    }),
  ];
}
