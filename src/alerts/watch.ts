import { silence } from '../activity/signs.js';
import type { Silence } from '../activity/rhythm.js';
import type { Alert, AlertFinding } from '../model/alert/alert.js';
import type { Turn, WatchedTenant } from '../storage/alerts/alert-store.js';
import { repeatRounds, rest, type RoundOptions } from '../rounds.js';
import { pageSize } from '../storage/page-size.js';
import type { Storage } from '../storage/storage.js';
import { endOf, findingsOf, REFUSAL_HOURS, TOKEN_DAYS, type Facts } from './judge.js';

/** What looking for alerts works with. */
export interface WatchParts {
  readonly storage: Pick<Storage, 'activity' | 'alerts'>;
  readonly now: () => Date;
  readonly newId: () => string;
  /** The share of refused requests, in percent, from which on it is an alert. */
  readonly refusalPercent: number;
}

/** How a round is made. */
export interface WatchRound {
  readonly signal: AbortSignal;
  readonly wait?: RoundOptions['wait'];
}

/** How many alerts a round has opened, told anew and ended. */
export interface WatchOutcome {
  opened: number;
  changed: number;
  ended: number;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Milliseconds between two rounds, whichever process makes them. */
const INTERVAL = 5 * MINUTE;
/** How often a process looks whether it is time. */
const LOOK = MINUTE;
/** Milliseconds for which a process has the turn, from page to page. */
const LEASE = 2 * MINUTE;
/** Where no process was there for so long, nobody could be heard, and no company's silence begins before that. */
const GAP = 6 * INTERVAL;

/** The least silence that can be one: what `silenceOf` takes to be usual is an hour at least. */
const LEAST_SILENCE = 4 * HOUR;

/** Days for which alerts are kept that have ended. */
const KEPT_DAYS = 30;

const TENANTS = pageSize(100);
/** What the tenants of a page sign in with that expires. */
const CREDENTIALS = 1_000;
const ENDED = pageSize(200);

/**
 * Looks for alerts of all tenants, about every five minutes; of several processes, one at a time.
 * @returns calls it off
 */
export function startWatching(parts: WatchParts, onError: (error: unknown) => void): () => Promise<void> {
  return repeatRounds((signal) => watch(parts, { signal }), { everyMs: LOOK, onError });
}

/**
 * Makes a round over all tenants where it is time for one. It goes on where another process has ended early.
 * @returns undefined where it was not its turn
 */
export async function watch(parts: WatchParts, round: WatchRound): Promise<WatchOutcome | undefined> {
  const { alerts } = parts.storage;
  const owner = parts.newId();
  const at = (after: number): string => new Date(parts.now().getTime() + after).toISOString();
  const turn = await alerts.turns.take(owner, at(0), at(LEASE), at(-GAP));
  if (turn === undefined) return undefined;
  const outcome = { opened: 0, changed: 0, ended: 0 };
  for await (const after of pagesOf(parts, turn, round, outcome)) {
    if (!(await alerts.turns.keep(owner, after, at(0), at(LEASE)))) return outcome;
  }
  if (round.signal.aborted) return outcome;
  while ((await alerts.eraseEnded(at(-KEPT_DAYS * DAY), ENDED.items)) === ENDED.items) await rest(0, round);
  await alerts.turns.finish(owner, at(0), at(INTERVAL));
  return outcome;
}

/** Looks at all tenants now, whoever's turn it is: for a person who waits for it. */
export async function watchNow(parts: WatchParts, round: WatchRound): Promise<WatchOutcome> {
  const now = parts.now();
  const known = await parts.storage.alerts.turns.find();
  const isHeard = known !== undefined && known.seen >= new Date(now.getTime() - GAP).toISOString();
  const outcome = { opened: 0, changed: 0, ended: 0 };
  const turn = { after: undefined, listening: isHeard ? known.listening : now.toISOString() };
  const pages = pagesOf(parts, turn, round, outcome);
  while ((await pages.next()).done !== true);
  return outcome;
}

/** Looks at a page of tenants after the other, and gives out behind each the tenant that was the last. */
async function* pagesOf(
  parts: WatchParts,
  turn: Turn,
  { signal, ...waiting }: WatchRound,
  outcome: WatchOutcome,
): AsyncGenerator<string, void> {
  let { after } = turn;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const begun = performance.now();
    const page = await parts.storage.alerts.facts.tenants(after, TENANTS.items);
    await lookAt(parts, turn, page, outcome);
    after = page.at(-1)?.id;
    if (after === undefined || page.length < TENANTS.items) return;
    yield after;
    await rest(performance.now() - begun, { signal, ...waiting });
  }
}

async function lookAt(
  parts: WatchParts,
  { listening }: Pick<Turn, 'listening'>,
  page: readonly WatchedTenant[],
  outcome: WatchOutcome,
): Promise<void> {
  const { facts } = parts.storage.alerts;
  const now = parts.now();
  const at = (after: number): string => new Date(now.getTime() + after).toISOString();
  const open = await facts.open(page.map(({ id }) => id));
  const looked = page.filter(({ enabled }) => enabled).map(({ id }) => id);
  const requests = await facts.requests(looked, at(-REFUSAL_HOURS * HOUR));
  const span = { from: at(-TOKEN_DAYS.behind * DAY), until: at(TOKEN_DAYS.before * DAY) };
  const credentials = await facts.credentials(looked, span, CREDENTIALS);
  const areAllKnown = credentials.length < CREDENTIALS;
  for (const tenant of page) {
    const own = open.filter(({ tenantId }) => tenantId === tenant.id);
    const isKnown = own.some(({ kind }) => kind === 'silent');
    await settle(parts, tenant.id, own, outcome, {
      ...{ enabled: tenant.enabled, lastHour: tenant.lastHour },
      requests: requests.get(tenant.id) ?? { all: 0, refused: 0 },
      credentials: areAllKnown ? credentials.filter(({ tenantId }) => tenantId === tenant.id) : undefined,
      silence: isKnown ? undefined : await silenceOfTenant(parts, tenant, listening, now),
    });
  }
}

/** The silence of a tenant, as far as somebody listened, and it was not disabled. */
async function silenceOfTenant(
  { storage }: WatchParts,
  { id, enabled, lastHour, lastModified }: WatchedTenant,
  listening: string,
  now: Date,
): Promise<Silence | undefined> {
  if (!enabled || lastHour === undefined) return undefined;
  const begun = Date.parse(lastHour) + HOUR;
  const deaf = Math.max(0, Date.parse(listening) - begun, Date.parse(lastModified) - begun);
  const heard = new Date(now.getTime() - deaf);
  if (heard.getTime() - Date.parse(lastHour) < LEAST_SILENCE) return undefined;
  return silence(storage, id, heard);
}

/** Opens, changes and ends alerts as they are found. */
async function settle(
  { storage: { alerts }, now, newId, refusalPercent }: WatchParts,
  tenantId: string,
  open: readonly Alert[],
  outcome: WatchOutcome,
  facts: Facts,
): Promise<void> {
  const at = now();
  const found = findingsOf(facts, { refusalPercent, now: at });
  const isSame = (one: Pick<AlertFinding, 'kind' | 'subject'>, other: Pick<AlertFinding, 'kind' | 'subject'>) =>
    one.kind === other.kind && one.subject === other.subject;
  for (const finding of found) {
    const known = open.find((alert) => isSame(alert, finding));
    if (known === undefined) {
      if (await alerts.open(tenantId, newId(), finding, at.toISOString())) outcome.opened += 1;
    } else if (known.kind === 'token-expires' && known.stage !== finding.stage) {
      if (await alerts.change(known, finding, at.toISOString())) outcome.changed += 1;
    }
  }
  for (const alert of open.filter((one) => !found.some((finding) => isSame(one, finding)))) {
    const reason = endOf(alert, facts, { refusalPercent });
    if (reason !== undefined && (await alerts.end(alert, reason, at.toISOString()))) outcome.ended += 1;
  }
}
