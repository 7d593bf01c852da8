import { randomUUID } from 'node:crypto';
import type { Exchange, Expectation } from '../recording/exchange.js';
import { filledRequest, judge } from '../recording/in-play.js';
import { Variables } from '../recording/variables.js';
import { bodyOf, malformed } from './answer-form.js';
import { send } from './send.js';

/** The server that a recording is played to. */
export interface Target {
  /** The Tenant URL, without query and trailing slash. */
  readonly base: string;
  /** The secret token; it is in no outcome. */
  readonly token: string;
  /** What `{{run}}` stands for: another in each replay, so that names never collide. */
  readonly run?: string;
  /** Milliseconds without an answer after which an exchange has failed; 30 seconds unless given. */
  readonly timeout?: number;
}

/** How an exchange ended. */
export interface Played {
  readonly exchange: Exchange;
  /** The request that was sent, such as `GET /Users/7`; undefined if it lacks what an earlier exchange should yield. */
  readonly sent?: string;
  /** What was asked of the answer, as far as its placeholders could be filled in. */
  readonly expected: Expectation;
  /** The status that came; undefined if there was no answer. */
  readonly status?: number;
  /** The body that came, cut where it is long; empty if there was none. */
  readonly came: string;
  /** What is wrong, a sentence each; none where the exchange passed. */
  readonly faults: readonly string[];
  readonly milliseconds: number;
}

/** Plays exchanges one after the other against any SCIM server, and yields how each one ended. */
export async function* play(exchanges: readonly Exchange[], target: Target): AsyncGenerator<Played, void, undefined> {
  const { base, token, run = randomUUID().slice(0, 8) } = target;
  const scenarios = new Map<string, Variables>();
  for (const exchange of exchanges) {
    const variables = scenarios.get(exchange.scenario) ?? new Variables({ run, base, token });
    scenarios.set(exchange.scenario, variables);
    const started = performance.now();
    const outcome = await playOne(exchange, variables, target);
    const milliseconds = performance.now() - started;
    yield { exchange, milliseconds, ...withoutToken(outcome, token) };
  }
}

type Outcome = Omit<Played, 'exchange' | 'milliseconds'>;

async function playOne(exchange: Exchange, variables: Variables, target: Target): Promise<Outcome> {
  let sent: Pick<Played, 'sent'> = {};
  try {
    const request = filledRequest(exchange, variables);
    sent = { sent: `${request.method} ${request.path}` };
    const answer = await send(target.base, request, target.timeout ?? 30_000);
    const { expected, faults } = judge(exchange, answer.status, bodyOf(answer), variables);
    const came = cut(answer.text);
    return { ...sent, expected, status: answer.status, came, faults: [...malformed(answer), ...faults] };
  } catch (error) {
    return { ...sent, expected: exchange.expect, came: '', faults: [reasonOf(error)] };
  }
}

/** Node gives an error without a message where it tried several addresses of a host. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message !== '' || !('code' in error) ? error.message : String(error.code);
}

const cut = (text: string): string => (text.length > 1_000 ? `${text.slice(0, 997)}...` : text);

/** As it is, and as it stands in a query, in JSON and in JSON within JSON. */
function spellingsOf(token: string): readonly string[] {
  const inJson = JSON.stringify(token).slice(1, -1);
  const encoded = encodeURIComponent(token);
  const lower = encoded.replaceAll(/%../g, (escape) => escape.toLowerCase());
  return [JSON.stringify(inJson).slice(1, -1), inJson, encoded, lower, token.replaceAll('/', '\\/'), token];
}

function withoutToken(outcome: Outcome, token: string): Outcome {
  const spellings = token === '' ? [] : spellingsOf(token);
  const clean = (text: string): string => spellings.reduce((rest, one) => rest.replaceAll(one, '{{token}}'), text);
  const { sent, came, faults, ...rest } = outcome;
  return {
    ...rest,
    ...(sent === undefined ? {} : { sent: clean(sent) }),
    came: clean(came),
    faults: faults.map(clean),
  };
}
