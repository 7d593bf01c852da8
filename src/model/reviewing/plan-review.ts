import type { AttributeChange, LineKind } from '../line.js';
import type { Fingerprint } from './fingerprint.js';
import type { LineNumbers } from './line-numbers.js';
import type { Subject } from '../subject.js';

/** How a line changes a value that the backend may have: it had none, it has another one, or it is to have none. */
export type ChangeType = 'set' | 'changed' | 'blanked';

/** What a person is to look at before a plan is applied; the most dangerous first. */
export const WARNINGS = [
  ...(['accountDeleted', 'accountDeactivated', 'groupDeleted', 'groupLoses'] as const),
  ...(['valueBlanked', 'userNameChanged', 'conflict', 'linkUnconfirmed'] as const),
  ...(['failedBefore', 'undoneBefore'] as const),
] as const;

/** A reason to look at a line. */
export type Warning = (typeof WARNINGS)[number];

/** Who or what a line is about, for people. */
export interface Example {
  readonly number: number;
  /** userName or displayName; of a membership, the group's. */
  readonly name: string;
  readonly memberName?: string;
  /** Of a group that is deleted: how many members the backend has in it. */
  readonly members?: number;
}

/** How many lines have a warning, with the first of them. */
export interface WarningCount {
  readonly warning: Warning;
  readonly lines: number;
  readonly examples: readonly Example[];
}

/** How many accounts and groups that the backend has already get, change or lose a value of an attribute. */
export interface AttributeCount {
  readonly attribute: string;
  readonly set: number;
  readonly changed: number;
  readonly blanked: number;
  /** How many accounts have a value, as far as the backend has acknowledged; 0 where none is blanked, since it is not counted then. */
  readonly accountsWith: number;
}

/** A group that the backend has, and how many of its members a plan removes. */
export interface GroupLoss {
  readonly groupId: string;
  readonly name: string;
  readonly members: number;
  readonly removed: number;
}

/** What a plan comes to, as a person reads it: counted once, when the plan is made. */
export interface PlanReview {
  readonly lines: number;
  /** How many lines have one warning or more. */
  readonly dangerous: number;
  readonly warnings: readonly WarningCount[];
  readonly attributes: readonly AttributeCount[];
  /** The groups of ten members or more that lose the largest shares of them, the largest first. */
  readonly groupLosses: readonly GroupLoss[];
  /** How many groups of lines that make the same change there are; of more than a thousand, the largest are kept. */
  readonly groups: number;
  /** How many lines are in none of them. */
  readonly alone: number;
}

/** Lines that make the same change: kind, attributes, and equal values before and after. */
export interface LineGroup {
  readonly signature: string;
  readonly lines: number;
  readonly subject: Subject;
  readonly kind: LineKind;
  readonly would?: LineKind;
  /** Of memberships: the name of the group. */
  readonly group?: string;
  /** What all of them change; empty where each has values of its own, as new accounts have. */
  readonly changes: readonly AttributeChange[];
  readonly examples: readonly Example[];
}

/** A group as it is stored: what its lines have in common is read from the first of them. */
export interface StoredGroup {
  readonly signature: string;
  readonly lines: number;
  /** The numbers of the first three lines. */
  readonly first: readonly number[];
}

/** Where a page of groups ends: they are in the order of their sizes, the largest first. */
export type GroupPosition = Pick<StoredGroup, 'lines' | 'signature'>;

/** What the index of a plan's lines has numbers for. */
export const lineKey = {
  attribute: (attribute: string, type: ChangeType): string => `attribute:${type}:${attribute}`,
  /** Whatever the attribute is. */
  change: (type: ChangeType): string => `change:${type}`,
  kind: (subject: Subject, kind: LineKind): string => `kind:${subject}:${kind}`,
  warning: (warning: Warning): string => `warning:${warning}`,
  group: (signature: string): string => `group:${signature}`,
  /** Lines that are in no group. */
  alone: 'alone',
} as const;

/** What is stored of a plan's lines for whoever reviews them. */
export interface LineIndex {
  readonly review: PlanReview;
  readonly groups: readonly StoredGroup[];
  /** The lines of each key, see lineKey. */
  readonly numbers: ReadonlyMap<string, LineNumbers>;
  /** What is searched of each line, folded (foldString) and without line breaks; the first is that of line 1. */
  readonly names: readonly string[];
  /** By which each line is compared with those of another plan; the first is that of line 1. */
  readonly fingerprints: readonly Fingerprint[];
}
