import type { Contract, Operation, PromisedAnswer } from '../document/contract.js';
import { dropCharset, expectedOf, unpromised } from '../dredd/promise.js';
import type { Hooks, Transaction } from '../dredd/transaction.js';
import { atPointer, parseJson } from '../../tools/entra-client/json.js';
import { bodyOf, targetOf } from './call.js';
import {
  exampleProvocations,
  excusedAnswers,
  nameOf,
  type Provocation,
  type Unprovoked,
  type Walk,
} from './provocation.js';

interface Step<World> {
  readonly operation: Operation;
  readonly promise: PromisedAnswer;
  readonly provocation: Provocation<World>;
}

/** A walk under way, whatever its requests are made from. */
export interface WalkInProgress extends Hooks {
  readonly contract: Contract;
  readonly unprovoked: readonly Unprovoked[];
  /** The names of the answers that these transactions, by their ids, have seen. */
  seen(ids: readonly string[]): ReadonlySet<string>;
  /** What the provocations do for which the document has no answer. */
  idle(): readonly string[];
}

/** Turns each transaction that Dredd compiled from the document into the requests that provoke its answer. */
export class WalkHooks<World> implements WalkInProgress {
  readonly #steps = new Map<string, Step<World>>();
  readonly #provocations: readonly Provocation<World>[];

  constructor(
    readonly contract: Contract,
    readonly walk: Walk<World>,
    readonly world: World,
  ) {
    this.#provocations = [...walk.provocations, ...exampleProvocations(contract.operations, walk)];
  }

  get unprovoked(): readonly Unprovoked[] {
    return this.walk.unprovoked;
  }

  plan(compiled: readonly Transaction[]): readonly Transaction[] {
    return compiled.flatMap((transaction) => this.#planned(transaction));
  }

  async prepare(transaction: Transaction): Promise<void> {
    const { operation, provocation } = this.#stepOf(transaction);
    const usual = this.walk.usual[operation.id];
    if (usual === undefined) throw new Error(`the walk has no usual request for ${operation.id}`);
    const call = await provocation.change(await usual(this.world), this.world);
    transaction.fullPath = this.walk.basePath + targetOf(operation.path, call);
    transaction.request.headers = { ...call.headers };
    transaction.request.body = bodyOf(call);
  }

  inspect(transaction: Transaction, answer: NonNullable<Transaction['real']>): readonly string[] {
    const { promise, provocation } = this.#stepOf(transaction);
    dropCharset(answer);
    const scimType = atPointer(parseJson(answer.body ?? ''), '/scimType');
    const wrongKind = provocation.scimType !== undefined && provocation.scimType !== scimType;
    return [
      ...unpromised(promise, answer),
      ...(wrongKind ? [`scimType is ${JSON.stringify(scimType)}, not ${provocation.scimType}`] : []),
    ];
  }

  seen(ids: readonly string[]): ReadonlySet<string> {
    const steps = ids.flatMap((id) => this.#steps.get(id) ?? []);
    return new Set(
      steps.flatMap(({ operation: { id }, provocation: { status, scimType } }) => [
        nameOf(id, status),
        nameOf(id, status, scimType),
      ]),
    );
  }

  idle(): readonly string[] {
    const used = new Set([...this.#steps.values()].map(({ provocation }) => provocation));
    return this.#provocations.filter((provocation) => !used.has(provocation)).map(({ by }) => by);
  }

  #planned(transaction: Transaction): readonly Transaction[] {
    const { operation, promise } = this.#answerOf(transaction);
    const name = nameOf(operation.id, promise.status);
    const provocations = this.#provocations.filter(
      ({ operations, status }) =>
        status === promise.status && (operations === 'all' || operations.includes(operation.id)),
    );
    if (provocations.length > 0) {
      return provocations.map((provocation) => this.#step(transaction, { operation, promise, provocation }));
    }
    if (excusedAnswers(this.walk.unprovoked, this.contract.operations).includes(name)) return [];
    return [{ ...transaction, id: name, fail: 'nothing provokes this answer, and nothing says why not' }];
  }

  #step(transaction: Transaction, step: Step<World>): Transaction {
    const { operation, promise, provocation } = step;
    const id = `${nameOf(operation.id, promise.status, provocation.scimType)}: ${provocation.by}`;
    if (this.#steps.has(id)) throw new Error(`the walk has "${id}" twice`);
    this.#steps.set(id, step);
    return { ...transaction, id, request: { ...transaction.request }, expected: expectedOf(promise) };
  }

  #answerOf({ origin, request, expected }: Transaction): { operation: Operation; promise: PromisedAnswer } {
    const operation = this.contract.operations.find(
      ({ path, method }) => path === origin.resourceName && method === request.method,
    );
    const promise = operation?.answers.get(expected.statusCode);
    if (operation === undefined || promise === undefined) {
      throw new Error(
        `Dredd compiled ${request.method} ${origin.resourceName} ${expected.statusCode}, which we do not find`,
      );
    }
    return { operation, promise };
  }

  #stepOf(transaction: Transaction): Step<World> {
    const step = this.#steps.get(transaction.id);
    if (step === undefined) throw new Error(`there is no step ${transaction.id}`);
    return step;
  }
}
