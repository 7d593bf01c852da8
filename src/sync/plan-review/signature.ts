import { createHash } from 'node:crypto';
import type { LineKind, PlanLine } from '../../model/line.js';
import { canonicalText } from '../../protocol/equality.js';

const BYTES = 8;

/** Kinds whose lines change values that the backend has: these can be alike. */
const CHANGING: ReadonlySet<LineKind> = new Set(['update', 'deactivate', 'reactivate']);

/** Whether a line changes values of an account or group that the backend has already. */
export const changesValues = ({ kind, before, after }: PlanLine): boolean =>
  CHANGING.has(kind) && before !== undefined && after !== undefined;

/**
 * What lines have in common that make the same change: subject, kind, and of each attribute the value before and after. New
 * accounts are alike whatever their values are, and so are those that are deleted; memberships are alike in one group.
 */
export function signatureOf(line: PlanLine): string {
  const { subject, kind, would = '', resourceId } = line;
  const text = JSON.stringify([subject, kind, would, ...(subject === 'membership' ? [resourceId] : valuesOf(line))]);
  return createHash('sha256').update(text).digest().subarray(0, BYTES).toString('hex');
}

const valuesOf = (line: PlanLine): readonly string[] =>
  changesValues(line)
    ? line.changes.flatMap(({ attribute, before, after }) => [attribute, canonicalText(before), canonicalText(after)])
    : [];
