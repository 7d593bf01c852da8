import type { CompanyOverview } from '../../storage/console-store.js';
import type { PlanCounts, ResourceCounts } from '../../model/plan.js';
import { counted, type Tone } from '../layout/parts.js';

/** The condition of a company, in one sentence. */
export interface Condition {
  /** The worse, the higher; companies are listed by it. */
  readonly rank: number;
  readonly tone: Tone;
  readonly sentence: string;
  /** The page where the next step is taken. */
  readonly next: 'connection' | 'activity' | 'sync' | 'company';
}

const DAY = 86_400_000;

/** Days before the end of the last token from which on it is said. */
const WARN_DAYS = 30;

/** Hours without a call after which it is said. */
const SILENT_HOURS = 24;

/** The most important thing to say about a company: the first that applies. */
export function conditionOf(company: CompanyOverview, now: Date): Condition {
  const { enabled, tokensUntil, lastHeard, alert, run, plan } = company;
  if (!enabled) return { rank: 0, tone: 'quiet', sentence: 'Disabled: Entra is refused.', next: 'company' };
  if (tokensUntil === undefined) {
    // A company that was never provisioned misses nothing yet.
    const rank = alert?.kind === 'silent' ? 12 : 9;
    return { rank, tone: 'bad', sentence: 'No token is valid, so Entra is refused. Issue one.', next: 'connection' };
  }
  if (alert?.kind === 'silent') return { rank: 11, tone: 'bad', sentence: alert.sentence, next: 'connection' };
  if (alert?.kind === 'refusals') return { rank: 10, tone: 'bad', sentence: alert.sentence, next: 'activity' };
  if (run?.state === 'paused') {
    return { rank: 8, tone: 'bad', sentence: 'A run is paused. Resume or cancel it.', next: 'sync' };
  }
  const days = daysUntil(tokensUntil, now);
  if (days <= WARN_DAYS) {
    const sentence = `The last token expires in ${counted(days, 'day')}. Issue another and enter it in Entra.`;
    return { rank: 7, tone: days <= 3 ? 'bad' : 'waiting', sentence, next: 'connection' };
  }
  if (alert !== undefined) {
    const tone = alert.stage === '3' ? 'bad' : 'waiting';
    return { rank: 6, tone, sentence: alert.sentence, next: 'connection' };
  }
  if (run?.state === 'running') return { rank: 4, tone: 'waiting', sentence: 'A plan is being applied.', next: 'sync' };
  const waiting = plan?.state === 'open' ? linesOf(plan.counts) : 0;
  if (waiting > 0) {
    return {
      rank: 3,
      tone: 'waiting',
      sentence: `${counted(waiting, 'line')} of a plan wait for review.`,
      next: 'sync',
    };
  }
  return heard(lastHeard, now);
}

function heard(lastHeard: string | undefined, now: Date): Condition {
  if (lastHeard === undefined) {
    return { rank: 2, tone: 'waiting', sentence: 'Entra has not called yet.', next: 'connection' };
  }
  const hours = Math.floor((now.getTime() - Date.parse(lastHeard)) / 3_600_000);
  if (hours < SILENT_HOURS) return { rank: 1, tone: 'good', sentence: 'Entra calls; nothing waits.', next: 'company' };
  return {
    rank: 5,
    tone: 'waiting',
    sentence: `Entra has not called for ${counted(hours, 'hour')}: stopped, or in quarantine? See its Overview page.`,
    next: 'connection',
  };
}

/** Whole days until a time; no end is endless. */
const daysUntil = (until: string, now: Date): number =>
  until === 'always' ? Infinity : Math.floor((Date.parse(until) - now.getTime()) / DAY);

/** How many lines of a plan change something or have to be resolved. */
export function linesOf({ accounts, groups, memberships }: PlanCounts): number {
  return resourceLines(accounts) + resourceLines(groups) + memberships.add + memberships.remove;
}

/** What is unchanged has no line, and what is held waits for nobody. */
const resourceLines = (counts: ResourceCounts): number =>
  Object.entries(counts).reduce(
    (sum, [kind, count]) => (kind === 'unchanged' || kind === 'held' ? sum : sum + count),
    0,
  );
