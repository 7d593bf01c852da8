import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { ROOT } from '../testing/structure/import-graph.js';
import { startTestServer, type TestServer } from './testing/server.fixture.js';

interface Alerts {
  readonly groups: readonly { readonly rules: readonly Readonly<Record<string, unknown>>[] }[];
}
interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const RULES = (parse(read('deploy/alerts.yaml')) as Alerts).groups.flatMap(({ rules }) => rules);
const PANELS = (JSON.parse(read('deploy/dashboard.json')) as Dashboard).panels;
const EXPRESSIONS = [
  ...RULES.map(({ expr }) => String(expr)),
  ...PANELS.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
];

let server: TestServer;
let exposed: string;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  const tenant = await server.createTenant();
  await tenant.send('GET', '/Users');
  await tenant.send('GET', '/Users/nobody');
  exposed = (await server.send({ path: '/metrics', token: server.adminToken })).text;
});
afterAll(() => server.stop());

const namesIn = (text: string): readonly string[] => [...new Set(text.match(/\b(?:scim|process|nodejs)_\w+/gu) ?? [])];

/** The samples of a metric, each with its labels. */
const samplesOf = (name: string): readonly string[] =>
  exposed.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

describe('the alert rules and the dashboard', () => {
  it('ask for metrics that the server exposes', () => {
    const asked = EXPRESSIONS.flatMap(namesIn);
    expect(asked.length).toBeGreaterThan(15);
    expect(asked.filter((name) => samplesOf(name).length === 0)).toEqual([]);
  });

  it('ask for labels that they have', () => {
    const named = EXPRESSIONS.flatMap((expression) => [
      ...[...expression.matchAll(/(scim_\w+)\{(\w+)="([^"]*)"\}/gu)].map(([, name = '', label, value]) => ({
        name,
        wanted: `${label}="${value}"`,
      })),
      ...[...expression.matchAll(/by \(([\w, ]+)\) \(.*?(scim_\w+)/gu)].flatMap(([, labels = '', name = '']) =>
        labels
          .split(', ')
          .filter((label) => label !== 'instance')
          .map((label) => ({ name, wanted: `${label}="` })),
      ),
    ]);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter(({ name, wanted }) => !samplesOf(name).some((line) => line.includes(wanted)))).toEqual([]);
  });

  it.each(RULES)('$alert says how bad it is, what it means, and where to read on', (rule) => {
    expect(rule).toMatchObject({
      for: expect.stringMatching(/^\d+m$/u) as unknown,
      labels: { severity: expect.stringMatching(/^(?:info|warning|critical)$/u) as unknown },
      annotations: { summary: expect.any(String) as unknown },
    });
    const { page } = rule['annotations'] as { page: string };
    const heading = page.replace('docs/operating.md#', '');
    const headings = [...read('docs/operating.md').matchAll(/^## (.+)$/gmu)].map(([, text = '']) => text);
    expect(headings.map((text) => text.toLowerCase().replaceAll(' ', '-'))).toContain(heading);
  });

  it('have a title for each panel', () => {
    expect(new Set(PANELS.map(({ title }) => title)).size).toBe(PANELS.length);
  });
});

it('the table of metrics in docs/operating.md has each metric of the server, with its kind and labels', () => {
  const rows = [...read('docs/operating.md').matchAll(/^\| `(scim_\w+)` +\| (\w+) +\| ([^|]*)\|/gmu)];
  const documented = rows.map(([, name, kind, labels = '']) => [name, kind, labels.match(/\w+/gu) ?? []]);
  const kinds = [...exposed.matchAll(/^# TYPE (scim_\w+) (\w+)$/gmu)].map(([, name = '', kind]) => {
    const sample = samplesOf(kind === 'histogram' ? `${name}_count` : name)[0] ?? '';
    return [name, kind, [...sample.matchAll(/[{,](\w+)=/gu)].map(([, label]) => label)];
  });
  expect([...documented].sort()).toEqual([...kinds].sort());
});
