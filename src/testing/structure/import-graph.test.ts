import { describe, expect, it } from 'vitest';
import { circles, importsOf, type Import } from './import-graph.js';

const imports = (file: string, ...targets: readonly string[]): readonly Import[] =>
  targets.map((target) => ({ file, from: target, target, typesOnly: false }));

describe('circles of imports', () => {
  it.each<[string, readonly Import[], readonly (readonly string[])[]]>([
    ['are none where imports point one way', [...imports('a', 'b', 'c'), ...imports('b', 'c')], []],
    ['are found between two files', [...imports('a', 'b'), ...imports('b', 'a')], [['a', 'b', 'a']]],
    ['are found where a file imports itself', imports('a', 'a'), [['a', 'a']]],
    [
      'are found behind files that are not in them',
      [...imports('a', 'b'), ...imports('b', 'c'), ...imports('c', 'd'), ...imports('d', 'b')],
      [['b', 'c', 'd', 'b']],
    ],
    [
      'are none where one import is of types alone',
      [...imports('a', 'b'), { file: 'b', from: 'a', target: 'a', typesOnly: true }],
      [],
    ],
    ['are none where packages are imported', [{ file: 'a', from: 'a', target: undefined, typesOnly: false }], []],
  ])('%s', (_, given, expected) => {
    expect(circles(given)).toEqual(expected);
  });
});

it('the imports of a file are read from its text', () => {
  expect(importsOf('src/cli/entra/replay.ts')).toContainEqual({
    file: 'src/cli/entra/replay.ts',
    from: '#entra-client/recording/exchange.js',
    target: 'tools/entra-client/recording/exchange.ts',
    typesOnly: true,
  });
  expect(importsOf('src/testing/structure/import-graph.test.ts')).toEqual([
    { file: 'src/testing/structure/import-graph.test.ts', from: 'vitest', target: undefined, typesOnly: false },
    {
      file: 'src/testing/structure/import-graph.test.ts',
      from: './import-graph.js',
      target: 'src/testing/structure/import-graph.ts',
      typesOnly: false,
    },
  ]);
});
