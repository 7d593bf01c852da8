import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { createVitest, type TestSpecification, type Vitest } from 'vitest/node';

/** A file's text with a change in it, and the tests that are to notice. */
export interface Planting {
  /** From the root of the repository, as are the tests; empty to run them as the code stands. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** Test files or folders; of a folder only the tests that import the file. */
  readonly tests: readonly string[];
}

/** The outcome: noticed, with the first test that failed, or not. */
export interface Outcome {
  readonly noticed: boolean;
  /** The first test or file that failed. */
  readonly by: string;
}

/** How tests run: those of the pure parts share a worker, and need no PostgreSQL. */
export interface Kind {
  readonly pure: boolean;
}

/** Runs tests with a change in one file, which stays as it is on the disk: what is planted stands in memory alone. */
export class Planter {
  readonly #vitest: Vitest;
  readonly #active: { file: string; text: string };

  private constructor(vitest: Vitest, active: { file: string; text: string }) {
    this.#vitest = vitest;
    this.#active = active;
  }

  /** Starts vitest once, for all that is planted. */
  static async start({ pure }: Kind): Promise<Planter> {
    const active = { file: '', text: '' };
    const options = {
      ...{ config: false as const, watch: false, reporters: [{}], bail: 1, maxWorkers: 1, passWithNoTests: true },
      ...{ include: ['src/**/*.test.ts', 'tools/**/*.test.ts'], isolate: !pure, testTimeout: 30_000 },
      setupFiles: ['./src/testing/page-sizes.setup.ts'],
      globalSetup: ['src/storage/testing/postgres.setup.ts', ...(pure ? [] : ['src/http/testing/validators.setup.ts'])],
      expect: { poll: { timeout: 10_000 } },
    };
    const plugin = {
      name: 'plant',
      enforce: 'pre' as const,
      load: (id: string) => (id.split('?')[0] === active.file ? active.text : undefined),
    };
    const conditions = ['source'];
    const vitest = await createVitest('test', options, { plugins: [plugin], ssr: { resolve: { conditions } } });
    return new Planter(vitest, active);
  }

  /** Runs the tests with the change, or as the code stands where there is none. */
  async run({ file, start, end, replacement, tests }: Planting): Promise<Outcome> {
    const path = resolve(file);
    if (file !== '') {
      const text = readFileSync(path, 'utf8');
      Object.assign(this.#active, { file: path, text: text.slice(0, start) + replacement + text.slice(end) });
      this.#vitest.invalidateFile(path);
    }
    // Otherwise what failed for the change before this one is told of once more.
    this.#vitest.state.filesMap.clear();
    const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications(await this.#testsOf(file, tests));
    const failed = testModules.find((module) => !module.ok());
    const test = failed === undefined ? undefined : [...failed.children.allTests('failed')][0];
    this.#vitest.invalidateFile(path);
    Object.assign(this.#active, { file: '', text: '' });
    const by = [failed?.relativeModuleId, test?.fullName].filter((part) => part !== undefined).join(' › ');
    return { noticed: failed !== undefined || unhandledErrors.length > 0, by };
  }

  /** Ends vitest, and what it started. */
  async stop(): Promise<void> {
    await this.#vitest.close();
  }

  async #testsOf(file: string, tests: readonly string[]): Promise<TestSpecification[]> {
    const isFolder = tests.some((test) => !test.endsWith('.test.ts'));
    if (isFolder && file !== '') this.#vitest.config.related = [resolve(file)];
    else delete this.#vitest.config.related;
    const found = await this.#vitest.getRelevantTestSpecifications([...tests]);
    const own = basename(file).replace(/\.tsx?$/u, '.test.ts');
    // The file's own test first: it is the likeliest to notice, and the run ends there.
    return found.toSorted((one, other) => Number(other.moduleId.endsWith(own)) - Number(one.moduleId.endsWith(own)));
  }
}
