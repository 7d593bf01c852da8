import type { PlanLine } from '../../../model/line.js';
import type { BackendIdentity, SyncContent } from '../../../model/mirror.js';
import type { PlanCounts, PlanMatching } from '../../../model/plan.js';
import type { SyncPolicy } from '../../../model/policy.js';
import type { PlanReview } from '../../../model/reviewing/plan-review.js';
import type { RunCounts } from '../../../model/run.js';
import { isJsonObject, member, type JsonObject } from '../../../protocol/json.js';
import type { StoredLine } from './line/content.js';

type Kind = 'string' | 'number' | 'boolean' | 'object';

/** Whether a value has the members which tell what was stored from what was not. */
function has(value: unknown, members: Readonly<Record<string, Kind>>): boolean {
  return isJsonObject(value) && Object.entries(members).every(([name, kind]) => typeof member(value, name) === kind);
}

const isContent = (value: unknown): value is SyncContent =>
  has(value, { name: 'string', active: 'boolean', attributes: 'object' });
const isWholeLine = (value: unknown): value is PlanLine =>
  has(value, { number: 'number', subject: 'string', kind: 'string', changes: 'object' });
const isLine = (value: unknown): value is PlanLine | StoredLine =>
  has(value, { v: 'number', p: 'number' }) || isWholeLine(value);
const isPolicy = (value: unknown): value is SyncPolicy =>
  has(value, { deactivation: 'string', attributes: 'object', guard: 'object' });
const isCounts = (value: unknown): value is PlanCounts =>
  has(value, { accounts: 'object', groups: 'object', memberships: 'object' });
const isMatching = (value: unknown): value is PlanMatching =>
  has(value, { sent: 'string', asked: 'number', notAsked: 'number' });
const isRunCounts = (value: unknown): value is RunCounts =>
  has(value, { left: 'number', applied: 'number', skipped: 'number', failed: 'number' });
const isReview = (value: unknown): value is PlanReview =>
  has(value, { lines: 'number', warnings: 'object', attributes: 'object' });
const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'number');

const isBackend = (value: unknown): value is BackendIdentity => has(value, { kind: 'string', address: 'string' });

/** What the mirror has of a resource, from the column `mirror.content`. @throws Error where it is anything else, as the others here */
export const parseContent = (text: string): SyncContent => parse(text, isContent, 'An account of the mirror');
/** What the columns of a line do not say, from `sync_plan_lines.content`; an older version stored lines whole. */
export const parseLineContent = (text: string): PlanLine | StoredLine => parse(text, isLine, 'A line of a plan');
/** A policy, from `sync_policies.policy`. */
export const parsePolicy = (text: string): SyncPolicy => parse(text, isPolicy, 'A policy');
/** A plan's counts, from `sync_plans.counts`. */
export const parseCounts = (text: string): PlanCounts => parse(text, isCounts, 'What a plan counts');
/** What a backend was asked for a plan, from `sync_plans.matching`. */
export const parseMatching = (text: string): PlanMatching =>
  parse(text, isMatching, 'What a backend was asked for a plan');
/** What the lines of a run came to, from `sync_runs.counts`. */
export const parseRunCounts = (text: string): RunCounts => parse(text, isRunCounts, 'What a run counts');
/** What a plan comes to, from `sync_plan_reviews.review`. */
export const parseReview = (text: string): PlanReview => parse(text, isReview, 'The review of a plan');
/** Line numbers, from `sync_plan_index.entries` and `sync_plan_groups.first`. */
export const parseNumbers = (text: string): readonly number[] => parse(text, isNumbers, 'The index of a plan');
/** A backend, from `mirror_owners.backend` and `sync_plans.backend`. */
export const parseBackend = (text: string): BackendIdentity => parse(text, isBackend, 'A backend');
/** What an audit entry says, from `sync_audit.detail`. */
export const parseDetail = (text: string): JsonObject => parse(text, isJsonObject, 'An entry of the audit trail');

/** @throws Error that names what was stored, never its content */
function parse<T>(text: string, isStored: (value: unknown) => value is T, what: string): T {
  const value: unknown = JSON.parse(text);
  if (!isStored(value)) throw new Error(`${what} is not stored as it should be`);
  return value;
}
