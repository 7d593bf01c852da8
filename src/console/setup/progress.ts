import type { SetupTicks } from '../../storage/setup-link-store.js';
import { counted } from '../layout/parts.js';
import { SETUP_STEPS } from './steps.js';

/** A person who has arrived. */
export interface Arrival {
  readonly name: string;
  readonly at: string;
}

/** What has reached the server for a company, as far as the steps look at it. All times are dateTimes. */
export interface Evidence {
  /** The latest call with a valid token. */
  readonly lastCall: string | undefined;
  /** The lookup of somebody who cannot exist, with which Entra tests a connection. */
  readonly tested: string | undefined;
  /** The first two people, in the order in which they came. */
  readonly people: readonly Arrival[];
  readonly users: number;
  readonly groups: number;
  /** The latest call with a token that is not valid, where it came after the latest valid one. */
  readonly refused: { readonly at: string; readonly reason: string } | undefined;
  /** When the setup page issued its latest token. */
  readonly issued: string | undefined;
}

/** The progress of the setup. */
export interface Progress {
  /** When each step was done, by its number. */
  readonly ticks: SetupTicks;
  /** What there is to say about a step, by its number. */
  readonly notes: ReadonlyMap<number, string>;
  /** What seems wrong; undefined while there is nothing. */
  readonly warning: string | undefined;
}

const MINUTE = 60_000;

/** Milliseconds without a call after which the first cycle counts as finished, and without any sign as stuck. */
const QUIET = 10 * MINUTE;

/** Milliseconds between two cycles of Entra's. */
const CYCLE = 40 * MINUTE;

/** Minutes that a first cycle takes for each user, group and membership (Microsoft Learn, when-will-provisioning-finish). */
const [FASTEST, SLOWEST] = [0.01, 0.08];

/** Computes the progress of the setup. A completed step stays completed, since the log is not kept forever. */
export function progressOf(evidence: Evidence, stored: SetupTicks, now: Date): Progress {
  const ticks: SetupTicks = { ...seen(evidence, stored, now), ...stored };
  const notes = new Map<number, string>();
  const [first, next] = evidence.people;
  if (first !== undefined) notes.set(6, `${first.name} arrived ${clock(first.at)}.`);
  if (next !== undefined) notes.set(8, `${next.name} arrived ${clock(next.at)}.`);
  if (ticks['8'] !== undefined) notes.set(9, cycleText(evidence, ticks, now));
  return { ticks, notes, warning: warningOf(evidence, ticks, now) };
}

/** The steps that the evidence shows to be done. Later steps cannot be done without those before them that leave a sign. */
function seen({ people: [first, next], tested, lastCall }: Evidence, stored: SetupTicks, now: Date): SetupTicks {
  const [sixth, eighth] = [stored['6'] ?? first?.at, stored['8'] ?? next?.at];
  const third = stored['3'] ?? tested ?? sixth;
  const second = stored['2'] ?? third ?? lastCall;
  const isQuiet = lastCall !== undefined && now.getTime() - Date.parse(lastCall) >= QUIET;
  const ninth = eighth !== undefined && isQuiet ? now.toISOString() : undefined;
  const found = { '2': second, '3': third, '6': sixth, '8': eighth, '9': ninth };
  return Object.fromEntries(Object.entries(found).flatMap(([step, at]) => (at === undefined ? [] : [[step, at]])));
}

function cycleText({ users, groups, lastCall }: Evidence, ticks: SetupTicks, now: Date): string {
  const arrived = `${counted(users, 'person', 'people')}, ${counted(groups, 'group')}`;
  const quiet = lastCall === undefined ? 0 : now.getTime() - Date.parse(lastCall);
  if (ticks['9'] === undefined) {
    const range = [FASTEST, SLOWEST].map((minutes) => Math.ceil(minutes * (users + groups)).toLocaleString('en-US'));
    return `${arrived} so far. Microsoft says that so many take ${range.join(' to ')} minutes; memberships count as well.`;
  }
  const begun = Date.parse(ticks['8'] ?? '');
  const next = new Date(begun + Math.ceil((now.getTime() - begun + 1) / CYCLE) * CYCLE).toISOString();
  return quiet < QUIET
    ? `${arrived}; Entra is calling.`
    : `${arrived}, quiet for ${Math.floor(quiet / MINUTE)} min: seems finished; next call about ${clock(next)}.`;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['mistyped', 'a mistyped token'],
  ['malformed', 'something that is no token'],
  ['expired', 'an expired token'],
  ['revoked', 'a revoked token'],
]);

/** What is said where nothing has moved for ten minutes, and at once where a token was refused. */
function warningOf({ lastCall, refused, issued, users }: Evidence, ticks: SetupTicks, now: Date): string | undefined {
  if (refused !== undefined) {
    const what = REASONS.get(refused.reason) ?? 'a token that is not valid';
    return `A call with ${what} came at ${clock(refused.at)}. Enter the secret token again, whole and without the word Bearer.`;
  }
  const isLong = (since: string | undefined): boolean =>
    since !== undefined && now.getTime() - Date.parse(since) >= QUIET;
  if (lastCall === undefined && isLong(issued)) {
    return (
      'No call has reached us. Compare the Tenant URL letter by letter, press “Test connection” again, and ask FlexWhere to run ' +
      'its doctor, which looks for what stands in between.'
    );
  }
  if (ticks['8'] === undefined && users === 0 && isLong(lastCall)) {
    return `The latest call came at ${clock(lastCall ?? '')}, and nobody has arrived yet. “Provision on demand” shows in Entra what it did.`;
  }
  return undefined;
}

/** A time of today as people read it; whose day it is, the page's script cannot tell within a sentence. */
const clock = (at: string): string => `${at.slice(11, 16)} UTC`;

/** The steps that people tick, by their numbers. */
export const BY_HAND: ReadonlySet<string> = new Set(
  SETUP_STEPS.flatMap(({ number, byHand }) => (byHand ? [String(number)] : [])),
);
