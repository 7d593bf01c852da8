import { expect, it } from 'vitest';
import type { TrackedLine } from '../../model/line.js';
import { content, trackedLine } from '../testing/plan.fixture.js';
import { PlanDigest } from './lines.js';

function digestOf(...lines: TrackedLine[]): string {
  const digest = new PlanDigest();
  for (const line of lines) digest.add(line);
  return digest.hex();
}

const LINE = trackedLine({ after: content('ann', { attributes: { a: 1, b: { c: [1, 2] } } }) });

it('is the same for the same lines, whatever has become of them and in whatever order a database keeps members', () => {
  const attributes = { b: { c: [1, 2] }, a: 1 };
  const same = trackedLine({
    after: { attributes, active: true, name: 'ann' },
    state: 'applied',
    detail: 'x',
    confirmedBy: 'eve',
  });
  expect(digestOf(same)).toBe(digestOf(LINE));
  expect(digestOf(LINE)).toMatch(/^[0-9a-f]{64}$/);
});

it.each<[string, Partial<TrackedLine>]>([
  ['kind', { kind: 'update' }],
  ['resource', { resourceId: 'bob' }],
  ['content', { after: content('ann', { attributes: { a: 1, b: { c: [2, 1] } } }) }],
  ['version', { stagedVersion: 2 }],
  ['sentence', { sentence: 'x' }],
  ['need for a confirmation', { needsConfirmation: true }],
])('is another one with another %s', (_, change) => {
  expect(digestOf({ ...LINE, ...change })).not.toBe(digestOf(LINE));
});

it('counts the order of the lines', () => {
  const other = trackedLine({ number: 2, resourceId: 'bob' });
  expect(digestOf(LINE, other)).not.toBe(digestOf(other, LINE));
});
