import type { Contract } from '../document/contract.js';
import { dropCharset, expectedOf, unpromised } from '../dredd/promise.js';
import type { Hooks, Transaction } from '../dredd/transaction.js';
import { parseJson } from '../../tools/entra-client/json.js';
import type { Exchange } from '../../tools/entra-client/recording/exchange.js';
import { filledRequest, judge } from '../../tools/entra-client/recording/in-play.js';
import { Variables } from '../../tools/entra-client/recording/variables.js';

interface Target {
  /** The path of the Tenant URL, such as `/scim`. */
  readonly basePath: string;
  /** The Tenant URL. */
  readonly base: string;
  readonly tokenFor: (exchange: Exchange) => string;
  /** What `{{run}}` stands for: another in each replay, so that names never collide. */
  readonly run: string;
}

/** Replaces what Dredd compiled from the document by the recorded exchanges, in their order. */
export class ReplayHooks implements Hooks {
  readonly #contract: Contract;
  readonly #target: Target;
  readonly #exchanges: ReadonlyMap<string, Exchange>;
  readonly #variables = new Map<string, Variables>();

  constructor(contract: Contract, exchanges: readonly Exchange[], target: Target) {
    this.#contract = contract;
    this.#target = target;
    this.#exchanges = new Map(exchanges.map((exchange) => [exchange.id, exchange]));
  }

  plan(compiled: readonly Transaction[]): readonly Transaction[] {
    const [template] = compiled;
    if (template === undefined) throw new Error('Dredd compiled nothing from the document');
    return [...this.#exchanges.values()].map((exchange) => ({
      ...template,
      name: exchange.step,
      id: exchange.id,
      request: { method: exchange.request.method, headers: {}, body: '' },
      expected: { statusCode: '', headers: {} },
    }));
  }

  prepare(transaction: Transaction): void {
    const request = filledRequest(this.#exchangeOf(transaction), this.#variablesOf(transaction));
    transaction.fullPath = this.#target.basePath + request.path;
    transaction.request.headers = { ...request.headers };
    transaction.request.body = request.body ?? '';
  }

  inspect(transaction: Transaction, answer: NonNullable<Transaction['real']>): readonly string[] {
    const exchange = this.#exchangeOf(transaction);
    const operation = this.#contract.find(exchange.request.method, exchange.request.path);
    const promise = operation?.answers.get(String(answer.statusCode));
    if (promise === undefined) return [`the document has no status ${answer.statusCode} for this request`];
    // the recording may accept more statuses than one: Dredd is to hold the answer to what is promised for this one
    transaction.expected = expectedOf(promise);
    dropCharset(answer);
    const body = answer.body === undefined ? undefined : parseJson(answer.body);
    const { faults } = judge(exchange, answer.statusCode, body, this.#variablesOf(transaction));
    return [...unpromised(promise, answer), ...faults];
  }

  #exchangeOf(transaction: Transaction): Exchange {
    const exchange = this.#exchanges.get(transaction.id);
    if (exchange === undefined) throw new Error(`there is no exchange ${transaction.id}`);
    return exchange;
  }

  #variablesOf(transaction: Transaction): Variables {
    const exchange = this.#exchangeOf(transaction);
    const { run, base, tokenFor } = this.#target;
    const known = this.#variables.get(exchange.scenario);
    const variables = known ?? new Variables({ run, base, token: tokenFor(exchange) });
    this.#variables.set(exchange.scenario, variables);
    return variables;
  }
}
