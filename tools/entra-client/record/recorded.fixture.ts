import type { SourcedExchange } from '../recording/exchange.js';
import { exchangeOf, type Provenance } from './exchange/exchange-of.js';
import { Replacements } from './exchange/replacements.js';
import type { Observed } from './observed.js';

/** What was observed, as text: a string as it is, anything else as its JSON. */
export type Seen = Partial<Omit<Observed, 'body' | 'answer'>> & {
  readonly body?: unknown;
  readonly status?: number;
  readonly answer?: unknown;
};

const PROVENANCE: Provenance = {
  sender: 'check',
  confidence: 'simulated',
  sources: [{ cite: 'made up', kind: 'simulated' }],
};

/** The exchanges of a session, in its order. */
export function recorded(...session: readonly Seen[]): readonly SourcedExchange[] {
  const replacements = new Replacements();
  return session.map((seen, index) =>
    exchangeOf(observed(seen), { scenario: 'session', number: index + 1 }, PROVENANCE, replacements),
  );
}

const observed = ({ body, answer, status = 200, ...seen }: Seen): Observed => ({
  method: 'GET',
  path: '/Users',
  headers: {},
  ...seen,
  body: textOf(body),
  answer: { status, body: textOf(answer) },
});

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
