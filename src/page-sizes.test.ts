import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageSize } from './storage/page-size.js';
import { filesBelow, isProduct, ROOT } from './testing/structure/import-graph.js';

const A_PAGE_FOR_PEOPLE = 'a page for a person, who is led to the next one';

/** Numbers that look like page sizes and are none, with the reason. */
const OTHERS: Readonly<Record<string, string>> = {
  'src/alerts/watch.ts CREDENTIALS': 'a bound: where it is reached, no alert about a token ends',
  'src/activity/explain/facts.ts PLANS': 'the newest plans; older ones explain nothing',
  'src/cli/activity/watch.ts PAGE': 'the newest entries of a second',
  'src/cli/sync/show.ts PAGE': A_PAGE_FOR_PEOPLE,
  'src/console/activity/activity.tsx PAGE': A_PAGE_FOR_PEOPLE,
  'src/console/people/attributes.ts MOST_ROWS': 'what is shown of one person',
  'src/console/people/staged-page.ts PAGE': A_PAGE_FOR_PEOPLE,
  'src/console/sync/history.tsx PAGE': A_PAGE_FOR_PEOPLE,
  'src/console/sync/holds.tsx PAGE': A_PAGE_FOR_PEOPLE,
  'src/console/sync/records.tsx PAGE': A_PAGE_FOR_PEOPLE,
  'src/http/router/send-reply.ts SLICE': 'characters',
  'src/protocol/filter/contains.ts SHORT': 'characters',
  'src/protocol/patch/change.ts CHARACTERS_A_UNIT': 'characters',
  'src/protocol/patch/change.ts COMPARED_A_UNIT': 'comparisons',
  'src/storage/sql/connections/write-queue.ts BATCH':
    'units of work that share a commit; src/storage/sql/connections/write-queue.test.ts has more of them',
  'src/storage/sql/directory/bulk-writer.ts SLICE': 'how often others get a turn',
  'src/storage/sql/migrations/20261128000162_search_forms.ts BATCH': 'a migration that was released stays as it is',
  'src/sync/backends/http/backend.ts LARGEST_BATCH': 'the contract with backends; they say a lower one in tests',
  'src/sync/create-synchronization.ts PAGE': A_PAGE_FOR_PEOPLE,
  'src/sync/history/use-cases.ts PAGE': A_PAGE_FOR_PEOPLE,
  'src/sync/plan-review/use-cases.ts PAGE': A_PAGE_FOR_PEOPLE,
  'src/tenants/setup-links.ts VALID_AT_A_TIME': 'tokens of one link',
};

/** Names of constants that say how many are taken at a time. */
const NAME = /(?:PAGE|CHUNK|PIECES?|STEP|BATCH|ROWS|IDS|PAIRS|AT_A_TIME|UNIT|SLICE|TENANTS|PROBES|PLANS)$/u;

/** What goes on until a page is not full. */
const LOOP = /for \(;;\)|; ;\)|while \(|do \{/u;

interface Constant {
  readonly file: string;
  readonly name: string;
}

/** The constants of a file that are plain numbers and say, by name or by use, how many a loop takes at a time. */
function plainSizesIn(file: string, text: string): readonly Constant[] {
  const constants = [...text.matchAll(/^(?:export )?const ([A-Z][A-Z_\d]*) = [\d_]+;/gmu)].map(([, name = '']) => name);
  const bounds = LOOP.test(text)
    ? [...text.matchAll(/(?:\.length (?:[<>]=?|===) |\blimit: |\) === )([A-Z][A-Z_\d]*)\b/gu)].map(([, name]) => name)
    : [];
  return constants.filter((name) => NAME.test(name) || bounds.includes(name)).map((name) => ({ file, name }));
}

describe('the size of a page', () => {
  it('is found where a loop has it as a plain number', () => {
    const loop = 'const MOST = 500;\nfor (;;) {\n  if (rows.length < MOST) return;\n}\n';
    expect(plainSizesIn('a.ts', loop)).toEqual([{ file: 'a.ts', name: 'MOST' }]);
    expect(plainSizesIn('a.ts', loop.replace('500', 'pageSize(500)'))).toEqual([]);
    expect(plainSizesIn('a.ts', 'const PAGE = 500;\n')).toEqual([{ file: 'a.ts', name: 'PAGE' }]);
  });

  it('can be lowered by tests, for each loop of the source', () => {
    const files = filesBelow('src').filter(isProduct);
    const plain = files.flatMap((file) => plainSizesIn(file, readFileSync(join(ROOT, file), 'utf8')));
    const found = plain.map(({ file, name }) => `${file} ${name}`);
    expect(Object.keys(OTHERS).filter((one) => !found.includes(one))).toEqual([]);
    const unknown = found.filter((one) => !Object.hasOwn(OTHERS, one));
    expect(unknown, 'make it a pageSize of src/storage/page-size.ts, or say here why it is none').toEqual([]);
  });

  it('is 3 in tests', () => {
    expect(pageSize(500).items).toBe(3);
    expect(pageSize(2).items).toBe(2);
  });
});
