import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, longest first, from the root of the repository. */
const LONGEST = [
  'src/sync/run/crash.test.ts',
  'src/console/browser/browser.test.ts',
  'src/cli/stopping.test.ts',
  'src/http/hostile-input.test.ts',
  'src/http/admin/sync-handlers.test.ts',
];

/** Starts with the files that take longest, so that none of them is begun when all others have ended. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const paths = LONGEST.map((path) => join(root, path));
    const missing = paths.find((path) => !existsSync(path));
    if (missing !== undefined) throw new Error(`${missing} is named in longest-first.ts, and not there`);
    const place = ({ moduleId }: TestSpecification): number => paths.indexOf(moduleId);
    const isLong = ({ moduleId }: TestSpecification): boolean => paths.includes(moduleId);
    const sorted = await super.sort(files);
    const long = sorted.filter(isLong).sort((a, b) => place(a) - place(b));
    return [...long, ...sorted.filter((file) => !isLong(file))];
  }
}
