import fc from 'fast-check';
import type { Check } from './checks.js';
import { History } from './history.js';
import { sender } from './send.js';
import type { FuzzSettings } from './settings.js';
import { histories } from './step.js';
import type { Subject } from './subject.js';

/** The most requests of a history besides those that create something first. */
const MOST_STEPS = 12;

export interface FoundFault {
  readonly check: Check;
  /** What is wrong, the requests that lead there, and how to play them again. */
  readonly report: string;
}

class FaultFound extends Error {
  constructor(
    readonly check: Check,
    message: string,
  ) {
    super(message);
  }
}

/** Plays random histories on a server until an answer is not as its document says; undefined when all are. */
export async function findFault(
  subject: Subject,
  origin: string,
  { runs, seed }: FuzzSettings,
  shrink = true,
): Promise<FoundFault | undefined> {
  const connection = sender(origin);
  const property = fc.asyncProperty(histories(subject.requests, MOST_STEPS), async (steps) => {
    const history = new History(subject.requests, connection.send, await subject.begin());
    try {
      const [first] = await history.play(steps);
      if (first !== undefined) throw new FaultFound(first.check, [first.what, ...history.trace].join('\n  '));
    } finally {
      await history.clear();
    }
  });
  const result = await fc.check(property, { numRuns: runs, seed, endOnFailure: !shrink });
  connection.close();
  if (!result.failed) return undefined;
  const { errorInstance: cause } = result;
  if (!(cause instanceof FaultFound)) throw cause;
  const again = `FUZZ_SEED=${seed} make fuzz plays it again; ${result.numRuns} histories were played, ${result.numShrinks} made smaller`;
  return { check: cause.check, report: `openapi/${subject.document}, ${cause.check}: ${cause.message}\n${again}` };
}
