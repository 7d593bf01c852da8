import { describe, expect, it } from 'vitest';
import type { AlertKind } from '../../model/alert/alert.js';
import { NO_COUNTS } from '../../model/plan.js';
import type { CompanyOverview } from '../../storage/console-store.js';
import { conditionOf } from './condition.js';

const NOW = new Date('2026-06-01T12:00:00.000Z');
const EARLIER = '2026-06-01T11:30:00.000Z';

const company = (given: Partial<CompanyOverview>): CompanyOverview => ({
  ...{ id: 't', name: 'Contoso', enabled: true, created: EARLIER, users: 1, groups: 0 },
  ...{ lastHeard: EARLIER, tokensUntil: 'always', alert: undefined, plan: undefined, run: undefined },
  ...given,
});

const open = (create: number): CompanyOverview['plan'] => ({
  ...{ id: 'p', state: 'open', created: EARLIER },
  counts: { ...NO_COUNTS, accounts: { ...NO_COUNTS.accounts, create, unchanged: 900, held: 7 } },
});

const alert = (kind: AlertKind): CompanyOverview['alert'] => ({ kind, stage: 'open', sentence: `Alert: ${kind}` });

/** From the worst to what needs nobody. */
const CONDITIONS: readonly (readonly [Partial<CompanyOverview>, string])[] = [
  [{ tokensUntil: undefined, alert: alert('silent') }, 'No token is valid, so Entra is refused. Issue one.'],
  [{ alert: alert('silent'), run: { id: 'r', state: 'paused', started: EARLIER } }, 'Alert: silent'],
  [{ alert: alert('refusals'), run: { id: 'r', state: 'paused', started: EARLIER } }, 'Alert: refusals'],
  [{ tokensUntil: undefined }, 'No token is valid, so Entra is refused. Issue one.'],
  [
    { alert: alert('token-expires'), run: { id: 'r', state: 'paused', started: EARLIER } },
    'A run is paused. Resume or cancel it.',
  ],
  [
    { tokensUntil: '2026-06-03T13:00:00.000Z' },
    'The last token expires in 2 days. Issue another and enter it in Entra.',
  ],
  [{ alert: alert('token-expires') }, 'Alert: token-expires'],
  [
    { lastHeard: '2026-05-30T12:00:00.000Z' },
    'Entra has not called for 48 hours: stopped, or in quarantine? See its Overview page.',
  ],
  [{ run: { id: 'r', state: 'running', started: EARLIER } }, 'A plan is being applied.'],
  [{ plan: open(3) }, '3 lines of a plan wait for review.'],
  [{ lastHeard: undefined }, 'Entra has not called yet.'],
  [{ plan: open(0) }, 'Entra calls; nothing waits.'],
  [{ enabled: false, tokensUntil: undefined, alert: alert('silent') }, 'Disabled: Entra is refused.'],
];

describe('how a company is', () => {
  it.each(CONDITIONS)('%j is: %s', (given, sentence) => {
    expect(conditionOf(company(given), NOW).sentence).toBe(sentence);
  });

  it('is ranked with the worst first', () => {
    const ranks = CONDITIONS.map(([given]) => conditionOf(company(given), NOW).rank);
    expect(ranks).toEqual([...ranks].sort((one, other) => other - one));
    expect(new Set(ranks).size).toBe(ranks.length);
  });

  it('is worse where a token expires than where it lasts for more than a month', () => {
    expect(conditionOf(company({ tokensUntil: '2026-07-03T12:00:00.000Z' }), NOW).tone).toBe('good');
  });
});
