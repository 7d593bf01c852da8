import { createHash } from 'node:crypto';
import { LINE_KINDS, type LineKind, type PlanLine } from '../../model/line.js';
import { FINGERPRINT, TARGET_PART, type Fingerprint } from '../../model/reviewing/fingerprint.js';
import { targetKey } from '../../model/hold.js';
import type { Subject } from '../../model/subject.js';
import { canonicalText } from '../../protocol/equality.js';
import { SUBJECTS } from '../line-selection.js';

/** What two lines of different plans are compared by: what they are about, and what they do to it. */
export function fingerprintOf(line: PlanLine): Fingerprint {
  const { subject, kind, would = '', name, changes } = line;
  const values = changes.flatMap(({ attribute, before, after }) => [
    attribute,
    canonicalText(before),
    canonicalText(after),
  ]);
  const account = kind === 'link' ? (line.accountId ?? '') : '';
  const code = String.fromCodePoint(
    FIRST_CODE + SUBJECTS.indexOf(subject) * LINE_KINDS.length + LINE_KINDS.indexOf(kind),
  );
  return [
    hash(targetKey(line)).slice(0, TARGET_PART),
    hash(JSON.stringify([would, name, account, ...values])).slice(0, FINGERPRINT - TARGET_PART - 1),
    code,
  ].join('');
}

const FIRST_CODE = 0x30;

const hash = (text: string): string => createHash('sha256').update(text).digest('base64');

/** What the last character of a fingerprint says that the line is about and does. */
export function kindIn(code: string): { readonly subject: Subject; readonly kind: LineKind } {
  const place = (code.codePointAt(0) ?? FIRST_CODE) - FIRST_CODE;
  const subject = SUBJECTS[Math.floor(place / LINE_KINDS.length)];
  const kind = LINE_KINDS[place % LINE_KINDS.length];
  if (subject === undefined || kind === undefined) throw new Error('A fingerprint is not stored as it should be');
  return { subject, kind };
}
