import { fileURLToPath } from 'node:url';
import Dredd, { type ApiDescription } from 'dredd';
import output from 'dredd/build/reporters/reporterOutputLogger.js';
import type { Hooks, Transaction } from './transaction.js';

export interface Outcome {
  readonly tests: number;
  readonly passes: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  /** The ids of the transactions that passed. */
  readonly passed: readonly string[];
  /** By the ids of the transactions that did not: what was wrong. */
  readonly faults: ReadonlyMap<string, string>;
}

interface Run {
  readonly endpoint: string;
  /** The text of the OpenAPI document. */
  readonly document: string;
  readonly hooks: Hooks;
  /** Another file for Dredd to take its hooks from. */
  readonly hookFile?: string;
}

type Done = () => void;

/** The interface that Dredd gives to a hook file. */
interface DreddHooks {
  beforeAll(hook: (transactions: Transaction[], done: Done) => void): void;
  beforeEach(hook: (transaction: Transaction, done: Done) => void): void;
  beforeEachValidation(hook: (transaction: Transaction, done: Done) => void): void;
}

interface Finished {
  readonly title: string;
  readonly message: string;
}

const RUN = Symbol.for('flexwhere-scim.dredd-run');
const HOOK_FILE = fileURLToPath(new URL('hooks.cjs', import.meta.url));

/**
 * Runs Dredd once, in this process. Runs must not overlap.
 * @throws Error when the document cannot be read, and where Dredd would report success or warn at most: when it ran without
 *   our hooks, ran nothing, or skipped something.
 */
export async function runDredd(run: Run): Promise<Outcome> {
  const ours = new Map<string, string>();
  let installed = 0;
  const install = (dreddHooks: DreddHooks): void => {
    installed += 1;
    register(dreddHooks, run.hooks, ours);
  };
  Reflect.set(globalThis, RUN, { install });
  const outcome = await completed(createDredd(run), ours);
  if (installed !== 1) throw new Error('Dredd did not load the hooks');
  if (outcome.tests === 0) throw new Error('Dredd ran nothing');
  if (outcome.skipped > 0) throw new Error(`Dredd skipped ${outcome.skipped} transactions`);
  return outcome;
}

function createDredd({ endpoint, document, hookFile = HOOK_FILE }: Run): Dredd {
  // what went wrong is in the outcome, and the runs with a planted fault are meant to go wrong
  output.transports.console.silent = true;
  const apiDescriptions = [{ location: 'openapi', content: document }];
  const dredd = new Dredd({ endpoint, path: [], apiDescriptions, hookfiles: [hookFile], loglevel: 'error' });
  compileOnce(dredd, document);
  return dredd;
}

const compiled = new Map<string, readonly ApiDescription[]>();

/** Spares the runs after the first the seconds that compiling the document takes. */
function compileOnce(dredd: Dredd, document: string): void {
  const compile = dredd.prepareAPIdescriptions.bind(dredd);
  dredd.prepareAPIdescriptions = (done) => {
    const known = compiled.get(document);
    if (known !== undefined) {
      done(null, copyOf(known));
      return;
    }
    compile((error, descriptions = []) => {
      if (!error) compiled.set(document, copyOf(descriptions));
      done(error, copyOf(descriptions));
    });
  };
}

/** A run writes into the transactions. It needs nothing else of what was compiled. */
const copyOf = (descriptions: readonly ApiDescription[]): readonly ApiDescription[] =>
  descriptions.map(({ location, mediaType, annotations, transactions }) =>
    structuredClone({ location, mediaType, annotations, transactions }),
  );

/** @param ours the faults that our hooks found, by the ids of the transactions; Dredd passes on only some of them */
function completed(dredd: Dredd, ours: ReadonlyMap<string, string>): Promise<Outcome> {
  const passed: string[] = [];
  const faults = new Map<string, string>();
  const fail = ({ title }: Finished, message: string): void => {
    const own = ours.get(title);
    faults.set(title, own === undefined || message.includes(own) ? message : `${own}; ${message}`);
  };
  const { emitter } = dredd.configuration;
  emitter.on('test pass', (test: Finished) => passed.push(test.title));
  emitter.on('test fail', (test: Finished) => {
    fail(test, test.message);
  });
  emitter.on('test error', (error: Error, test: Finished) => {
    fail(test, error.message);
  });
  return new Promise((resolve, reject) => {
    dredd.run((error, stats) => {
      if (error) reject(error);
      else resolve({ ...stats, passed, faults });
    });
  });
}

/** Hands our hooks to Dredd, which waits for a hook with two parameters and for no other. */
function register(dreddHooks: DreddHooks, hooks: Hooks, faults: Map<string, string>): void {
  const failing = async (transaction: Transaction, hook: () => Promise<readonly string[]>): Promise<void> => {
    const found = await hook().catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
    if (found.length === 0) return;
    transaction.fail = found.join('; ');
    faults.set(transaction.id, transaction.fail);
  };
  dreddHooks.beforeAll((transactions, done) => {
    // in place: Dredd reads the length after this hook
    transactions.splice(0, Infinity, ...hooks.plan([...transactions]));
    done();
  });
  dreddHooks.beforeEach((transaction, done) => {
    void failing(transaction, () => prepared(transaction, hooks)).then(done);
  });
  dreddHooks.beforeEachValidation((transaction, done) => {
    void failing(transaction, () => inspected(transaction, hooks)).then(done);
  });
}

async function prepared(transaction: Transaction, hooks: Hooks): Promise<readonly string[]> {
  if (transaction.fail !== undefined) return [transaction.fail];
  await hooks.prepare(transaction);
  return [];
}

const inspected = (transaction: Transaction, hooks: Hooks): Promise<readonly string[]> =>
  new Promise((resolve) => {
    resolve(transaction.real === undefined ? ['there is no answer'] : hooks.inspect(transaction, transaction.real));
  });
