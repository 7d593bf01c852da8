import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, ROOT } from './testing/structure/import-graph.js';
import { placeRows } from './testing/structure/readme-places.js';
import { readRooms, roomsPage } from './testing/structure/rooms.js';

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const MOST_FILES = 16;
const MOST_ROWS = 12;

describe('the folders of the source', () => {
  it(`hold at most ${MOST_FILES} files each, tests and migrations aside`, () => {
    const files = [...filesBelow('src'), ...filesBelow('tools')].filter(
      (file) => !file.endsWith('.test.ts') && !file.includes('/migrations/'),
    );
    const counts = new Map<string, number>();
    for (const folder of files.map((file) => dirname(file))) counts.set(folder, (counts.get(folder) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([]);
  });
});

describe('the table of places in README.md', () => {
  const rows = placeRows(textOf('README.md'));
  const paths = rows.flatMap((row) => row.paths);

  it(`has at most ${MOST_ROWS} rows`, () => {
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.length).toBeLessThanOrEqual(MOST_ROWS);
  });

  it('names places that exist, each once', () => {
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(paths).toEqual([...new Set(paths)]);
  });

  it('names every folder and file of src/ and tools/ that is not of tests alone', () => {
    const files = [...filesBelow('src'), ...filesBelow('tools')].filter((file) => !file.endsWith('.test.ts'));
    const places = new Set(
      files.map((file) => file.split('/').slice(0, 2).join('/') + (file.split('/')[2] ? '/' : '')),
    );
    expect([...places].filter((place) => !paths.includes(place))).toEqual([]);
  });
});

describe('docs/rooms.md', () => {
  it('is what `make rooms` draws from the imports', () => {
    expect(textOf('docs/rooms.md')).toBe(roomsPage(readRooms()));
  });
});
