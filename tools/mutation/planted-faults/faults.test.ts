import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PLANTED_FAULTS } from './faults.js';

it.each(PLANTED_FAULTS.map((fault) => [fault.name, fault] as const))('%s', (_name, { file, text, planted, tests }) => {
  const found = readFileSync(file, 'utf8').split(text).length - 1;
  expect(found, `${text} in ${file}`).toBe(1);
  expect(planted).not.toBe(text);
  expect(tests.filter((test) => !existsSync(test))).toEqual([]);
});

it('no two planted faults have one name', () => {
  expect(new Set(PLANTED_FAULTS.map(({ name }) => name)).size).toBe(PLANTED_FAULTS.length);
});
