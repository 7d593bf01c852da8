import type { Alert, AlertFinding } from '../model/alert/alert.js';
import type { ExpiringCredential, Requests } from '../storage/alerts/alert-store.js';
import type { Silence } from '../activity/rhythm.js';

const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Hours of which the share of refusals is taken. */
export const REFUSAL_HOURS = 6;

/** Refused requests below which no share is one to speak of. */
const FEWEST_REFUSALS = 10;

/** Days before the end of a token at which it is told, the nearest first. */
const TOKEN_STAGES = [3, 14, 30] as const;

/** Days before the end of a token from which on it is looked at, and days behind it. */
export const TOKEN_DAYS = { before: 30, behind: 7 };

/** Milliseconds after which a token that is not used any more, while one is that is valid for longer, counts as replaced. */
const REPLACED_AFTER = DAY;

/** What is known of a tenant at a moment. */
export interface Facts {
  readonly enabled: boolean;
  readonly lastHour: string | undefined;
  readonly requests: Requests;
  /** Those that expire; undefined where there are too many to tell which there are. */
  readonly credentials: readonly ExpiringCredential[] | undefined;
  /** Undefined where it calls as usual, and where nobody knows what is usual. */
  readonly silence: Silence | undefined;
}

/** What alerts are judged by. */
export interface Threshold {
  /** The share of refused requests, in percent. */
  readonly refusalPercent: number;
  readonly now: Date;
}

/** What is the matter with a tenant; nothing where it is disabled, or was never provisioned. */
export function findingsOf(
  { enabled, lastHour, silence, requests, credentials = [] }: Facts,
  { refusalPercent, now }: Threshold,
): readonly AlertFinding[] {
  if (!enabled) return [];
  const isMuch = requests.refused >= FEWEST_REFUSALS && percentOf(requests) >= refusalPercent;
  // Where no token was ever valid, somebody has only begun to set Entra up.
  const isRefused = isMuch && lastHour !== undefined;
  return [
    ...(silence === undefined ? [] : [silent(silence)]),
    ...(isRefused ? [refusals(requests, now)] : []),
    ...credentials.flatMap((credential) => expiring(credential, now) ?? []),
  ];
}

function silent({ since, usualHours }: Silence): AlertFinding {
  const usual = usualHours === 1 ? 'every hour' : `every ${usualHours} hours`;
  return {
    ...{ kind: 'silent', subject: '', stage: 'open', since },
    sentence:
      `Entra has not called since ${minuteOf(hourAfter(since))}; usually it calls ${usual}. ` +
      'Has provisioning been stopped, or is it in quarantine? See its Overview page in Entra.',
  };
}

/** The time is that of an hour; the call may have come in its last minute. */
const hourAfter = (hour: string): string => new Date(Date.parse(hour) + HOUR).toISOString();

function refusals({ all, refused }: Requests, now: Date): AlertFinding {
  const share = Math.floor(percentOf({ all, refused }));
  return {
    ...{ kind: 'refusals', subject: '', stage: 'open', since: now.toISOString() },
    sentence:
      `${refused.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} requests (${share} %) were refused in ` +
      `${REFUSAL_HOURS} hours. The activity log has the reasons.`,
  };
}

const percentOf = ({ all, refused }: Requests): number => (all === 0 ? 0 : (refused * 100) / all);

function expiring(credential: ExpiringCredential, now: Date): AlertFinding | undefined {
  const { kind, id, expiresAt } = credential;
  if (isReplaced(credential, now)) return undefined;
  const days = (Date.parse(expiresAt) - now.getTime()) / DAY;
  const stage = TOKEN_STAGES.find((most) => days <= most);
  if (stage === undefined) return undefined;
  const [what, next] =
    kind === 'token'
      ? ['The secret token', 'Issue another and enter it in Entra.']
      : ['A credential of the OAuth client', 'Add another and enter it in Entra.'];
  return {
    ...{ kind: 'token-expires', subject: id, stage: String(stage) as AlertFinding['stage'] },
    since: now.toISOString(),
    sentence: `${what} that Entra uses ${days <= 0 ? 'expired' : 'expires'} at ${minuteOf(expiresAt)}. ${next}`,
  };
}

/** Whether another token is used in its place: at once where it has expired, or for a day. */
function isReplaced({ lastUsed, replacedAt, expiresAt }: ExpiringCredential, now: Date): boolean {
  if (replacedAt === undefined) return false;
  if (Date.parse(expiresAt) <= now.getTime()) return replacedAt > lastUsed;
  return Date.parse(replacedAt) - Date.parse(lastUsed) >= REPLACED_AFTER;
}

const minuteOf = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/**
 * Why an open alert ends for which nothing is found any more.
 * @returns undefined where nothing has shown that it is over
 */
export function endOf(
  { kind, subject, since }: Pick<Alert, 'kind' | 'subject' | 'since'>,
  { enabled, lastHour, requests, credentials }: Facts,
  { refusalPercent }: Pick<Threshold, 'refusalPercent'>,
): string | undefined {
  if (!enabled) return 'The company was disabled.';
  if (kind === 'token-expires') {
    if (credentials === undefined) return undefined;
    const isThere = credentials.some(({ id }) => id === subject);
    return isThere ? 'Entra uses another one now.' : 'It was revoked or deleted, or expired a week ago.';
  }
  // What was found last may have left the log since; only a call ends the silence.
  if (kind === 'silent') return (lastHour ?? '') > since ? 'Entra calls again.' : undefined;
  const { all, refused } = requests;
  const isOver = all > 0 && percentOf(requests) * 2 < refusalPercent;
  return isOver ? `${refused} of ${all} requests were refused in ${REFUSAL_HOURS} hours.` : undefined;
}
