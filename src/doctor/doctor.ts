import { isWellFormed, TOKEN_PREFIX } from '../tenants/secret-token.js';
import { createCaller } from './caller.js';
import { checkBodySize, checkClock, checkFirst, checkRate, checkUserAgent, type Examined } from './examine.js';
import { finding, type Finding } from './finding.js';
import { checkWithProbe } from './probe.js';
import { checkAddress, checkEncryption, type Reaching } from './reach.js';

/** What the doctor is to look at. */
export interface Patient extends Reaching {
  /** The Tenant URL, without query and without a slash at its end. */
  readonly base: string;
  readonly token: string;
  /** Reads the activity log; rejects where it cannot be read. */
  readonly log?: () => Promise<readonly Finding[]>;
  readonly now?: () => Date;
  /** Milliseconds that one answer may take, and all of them. */
  readonly timeoutMs?: number;
  readonly totalMs?: number;
  readonly rate?: Examined['rate'];
}

/** What the doctor says. */
export interface Diagnosis {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

const TIMEOUT = 10_000;
const TOTAL = 60_000;

/** What Microsoft asks of servers in its gallery, for one second. */
const RATE = { requests: 25, milliseconds: 1_000 };

/**
 * Looks for what stands between Entra and the server: calls it as Entra does, and names each cause in a sentence. It leaves
 * nothing behind, takes a minute at most, and no sentence has the token.
 */
export async function examine(patient: Patient): Promise<Diagnosis> {
  const findings: Finding[] = [];
  const add = (one: Finding | undefined): boolean => {
    if (one !== undefined && !findings.some(({ cause }) => cause === one.cause)) findings.push(one);
    return one !== undefined;
  };
  add(checkForm(patient.token));
  await callAll(patient, add);
  // What the calls have found is reported even if the database does not answer.
  for (const one of (await patient.log?.().catch(() => [])) ?? []) add(one);
  return { ok: findings.length === 0, findings };
}

async function callAll(patient: Patient, add: (one: Finding | undefined) => boolean): Promise<void> {
  const { base, timeoutMs = TIMEOUT, totalMs = TOTAL, now = () => new Date(), rate = RATE } = patient;
  const url = new URL(base);
  if (add(await checkAddress(url, timeoutMs, patient))) return;
  if (add(await checkEncryption(url, timeoutMs))) return;
  const token = plain(patient.token);
  if (token === '' || unfit(token) >= 0) return;
  const over = AbortSignal.timeout(totalMs);
  const call = createCaller({ base, token, timeoutMs, signal: over });
  const examined: Examined = { base, token, call, now, rate };
  const first = await call({ path: '/Users?count=1' });
  if (first.failure === undefined) add(checkClock(first, examined));
  if (add(checkFirst(first, examined))) return;
  add(await checkUserAgent(examined));
  for (const one of await checkWithProbe(examined)) add(one);
  add(await checkBodySize(examined));
  add(await checkRate(examined));
  if (over.aborted)
    add(finding('unreachable', `Answers took so long that the doctor stopped after ${totalMs / 1_000} s.`));
}

/** The token as it is sent. */
const plain = (token: string): string => token.trim().replace(/^bearer\s+/iu, '');

/** The position of the first character that no token has and no header can carry; -1 if there is none. */
const unfit = (token: string): number => token.search(/[^\u0021-\u007E]/u);

/** Cause 8, as far as the text of the token tells it. */
function checkForm(token: string): Finding | undefined {
  if (plain(token) === '') return finding('token', 'The token is empty.');
  const at = unfit(plain(token));
  if (at >= 0) {
    const code = (plain(token).codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return finding(
      'token',
      `The token has a character that no token has (U+${code}) behind ${at} others; copy it again.`,
    );
  }
  if (/^\s*bearer\b/iu.test(token)) {
    return finding('token', 'The token begins with Bearer; enter it without that word.');
  }
  const text = token.trim();
  if (!text.startsWith(TOKEN_PREFIX) || isWellFormed(text)) return undefined;
  const whole = TOKEN_PREFIX.length + 49;
  return text.length < whole
    ? finding('token', `The token is cut off after ${text.length} characters; it has ${whole}.`)
    : finding('token', 'The token is mistyped: its last characters do not fit the others.');
}
