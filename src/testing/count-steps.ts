import { Session, type Profiler } from 'node:inspector';

/**
 * Counts the steps that work takes, as a number that does not depend on how fast or busy the machine is: how often each
 * block and function of the program's own files is entered (V8's precise coverage counts them), and how many elements the
 * array and object functions of JavaScript go through on its behalf. Copies of objects by `{...object}` are not seen.
 * @param work runs at once and waits for nothing
 * @param files a part of the paths of the files that count, such as `/src/protocol/`
 */
export function countSteps(work: () => void, files: string): number {
  const elements = new ElementCounter();
  takeCoverage();
  elements.during(work);
  return elements.count + blocksEntered(takeCoverage().filter(({ url }) => url.includes(files)));
}

const session = startCounting();

/** Code that was compiled before has no counters, so that this file is the first that a test imports. */
function startCounting(): Session {
  const started = new Session();
  started.connect();
  started.post('Profiler.enable');
  started.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return started;
}

/** What was counted since the last time; a session with one's own thread answers before `post` returns. */
function takeCoverage(): readonly Profiler.ScriptCoverage[] {
  let scripts: readonly Profiler.ScriptCoverage[] = [];
  session.post('Profiler.takePreciseCoverage', (error, taken) => {
    if (error !== null) throw error;
    scripts = taken.result;
  });
  return scripts;
}

function blocksEntered(scripts: readonly Profiler.ScriptCoverage[]): number {
  const blocks = scripts.flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges));
  return blocks.reduce((sum, { count }) => sum + count, 0);
}

type Method = (this: unknown, ...given: unknown[]) => unknown;

/** Those that go through all elements of an array without calling the program. */
const OF_ARRAYS = ['includes', 'indexOf', 'lastIndexOf', 'concat', 'slice', 'splice', 'shift', 'unshift', 'join'];
const OF_OBJECTS = ['keys', 'values', 'entries', 'assign'];

/** Counts elements that JavaScript's own functions go through. */
class ElementCounter {
  count = 0;

  during(work: () => void): void {
    const restore = [
      ...OF_ARRAYS.map((name) => this.#watch(Array.prototype, name, (array) => lengthOf(array))),
      ...OF_OBJECTS.map((name) => this.#watch(Object, name, (_object, [given]) => membersOf(given))),
      this.#watch(Array.prototype, Symbol.iterator, (array) => lengthOf(array)),
    ];
    try {
      work();
    } finally {
      for (const one of restore) one();
    }
  }

  #watch(
    holder: object,
    name: string | symbol,
    cost: (self: unknown, given: readonly unknown[]) => number,
  ): () => void {
    const original: unknown = Reflect.get(holder, name);
    const add = (self: unknown, given: readonly unknown[]): void => {
      this.count += cost(self, given);
    };
    const descriptor = Reflect.getOwnPropertyDescriptor(holder, name) ?? {};
    Reflect.defineProperty(holder, name, {
      ...descriptor,
      value: function watched(this: unknown, ...given: unknown[]): unknown {
        add(this, given);
        return (original as Method).apply(this, given);
      },
    });
    return () => Reflect.defineProperty(holder, name, descriptor);
  }
}

const lengthOf = (array: unknown): number => (Array.isArray(array) ? array.length : 0);

const membersOf = (given: unknown): number =>
  typeof given === 'object' && given !== null ? Reflect.ownKeys(given).length : 0;
