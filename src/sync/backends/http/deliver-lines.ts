import type { BatchRequest } from '../../../../generated/backend.js';
import { BackendUnavailable, type Batch, type Delivery, type DeliveryOutcome } from '../../backend.js';
import type { ReadOutcome } from './answers.js';
import { batchRequest } from './lines.js';
import { RequestFailure } from './request-failure.js';

/** What delivering needs of the connection to the backend. */
export interface Connection {
  /** Sends a batch, again and again where that may help. @throws RequestFailure of the last attempt */
  deliver(batch: BatchRequest, signal: AbortSignal): Promise<ReadonlyMap<string, ReadOutcome>>;
  /** Pauses before the lines that have to wait are sent again. @param rounds how often they were sent */
  pause(rounds: number, signal: AbortSignal): Promise<void>;
  /** Whether the backend answers at all: it did since `time` (milliseconds since 1970), or it does now. */
  isAlive(time: number, signal: AbortSignal): Promise<boolean>;
  /** Whether nothing has succeeded since `time` for so long that the backend is given up. */
  isGivenUp(time: number): boolean;
  /** Milliseconds after which a line is given up whose answers cannot be read. */
  readonly giveUpMs: number;
  /** How often a line is sent that the backend wants to have again. */
  readonly rounds: number;
  readonly now: () => Date;
}

/**
 * Delivers lines so that each has its outcome: what has to wait is sent again, and a batch that the backend cannot take is
 * halved until the line is found that it cannot take, so that the others do not suffer for it. While the backend is down,
 * lines are sent again until it is given up; so are those whose answers cannot be read, whose outcome is `unknown` then.
 * @throws BackendUnavailable if nothing can be delivered; the signal's reason
 */
export async function deliverLines(
  connection: Connection,
  batch: Omit<Batch, 'deliveries'>,
  deliveries: readonly Delivery[],
  signal: AbortSignal,
  since = connection.now().getTime(),
): Promise<readonly DeliveryOutcome[]> {
  for (let tries = 1; ; tries += 1) {
    const { outcomes, lost, why } = await outcomesOf(connection, batch, deliveries, signal, since);
    if (lost.length === 0) return outcomes;
    const isWhole = batch.atomic || deliveries.length === 1;
    if (isWhole && why !== undefined && isLate(connection, since)) return lost.map(({ key }) => unknown(key, why));
    await connection.pause(tries, signal);
    if (isWhole || why === undefined) continue;
    const middle = Math.ceil(lost.length / 2);
    const parts = [lost.slice(0, middle), lost.slice(middle)].filter((part) => part.length > 0);
    const more = await Promise.all(parts.map((part) => deliverLines(connection, batch, part, signal, since)));
    return [...outcomes, ...more.flat()];
  }
}

/** The outcomes of lines that were sent. */
interface Answered {
  readonly outcomes: readonly DeliveryOutcome[];
  /** Those without an outcome. */
  readonly lost: readonly Delivery[];
  /** Why they have none, where the backend is there. */
  readonly why?: string;
}

/** @throws BackendUnavailable if the backend is given up */
async function outcomesOf(
  connection: Connection,
  batch: Omit<Batch, 'deliveries'>,
  deliveries: readonly Delivery[],
  signal: AbortSignal,
  since: number,
): Promise<Answered> {
  try {
    return withLost(batch, deliveries, await inRounds(connection, batch, deliveries, signal));
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    if (await isAboutTheLines(connection, error, since, signal)) {
      const isKnown = !error.unread && (batch.atomic || deliveries.length === 1);
      if (isKnown) return { outcomes: deliveries.map(({ key }) => failed(key, error.message)), lost: [] };
      return { outcomes: [], lost: deliveries, why: error.message };
    }
    if (error.kind === 'later' && !connection.isGivenUp(since)) return { outcomes: [], lost: deliveries };
    throw new BackendUnavailable(error.message, { cause: error });
  }
}

/** Of an atomic batch, lines that have no outcome are asked for with all others. */
function withLost(
  { atomic }: Omit<Batch, 'deliveries'>,
  deliveries: readonly Delivery[],
  outcomes: readonly DeliveryOutcome[],
): Answered {
  const unknowns = outcomes.filter((outcome) => outcome.state === 'unknown');
  const [first] = unknowns;
  if (first === undefined) return { outcomes, lost: [] };
  if (atomic) return { outcomes: [], lost: deliveries, why: first.detail };
  const keys = new Set(unknowns.map(({ key }) => key));
  return {
    outcomes: outcomes.filter(({ key }) => !keys.has(key)),
    lost: deliveries.filter(({ key }) => keys.has(key)),
    why: first.detail,
  };
}

/** Whether lines were asked for as long as a backend that is down is. */
function isLate({ now, giveUpMs }: Connection, since: number): boolean {
  return now().getTime() - since >= giveUpMs;
}

/** Whether others could be delivered, so that it is these lines that the backend cannot take. */
async function isAboutTheLines(
  connection: Connection,
  failure: RequestFailure,
  since: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (failure.kind === 'refused') return true;
  return failure.kind === 'later' && !failure.slowDown && (await connection.isAlive(since, signal));
}

async function inRounds(
  connection: Connection,
  batch: Omit<Batch, 'deliveries'>,
  deliveries: readonly Delivery[],
  signal: AbortSignal,
): Promise<readonly DeliveryOutcome[]> {
  const outcomes: DeliveryOutcome[] = [];
  let open = deliveries;
  for (let round = 1; ; round += 1) {
    const answered = await connection.deliver(batchRequest(batch, open), signal);
    const waiting = round === connection.rounds ? [] : open.filter(({ key }) => !isSettled(answered.get(key)));
    // Of an atomic batch, what is settled is settled together.
    const again = waiting.length === 0 ? [] : batch.atomic ? open : waiting;
    const done = open.filter((one) => !again.includes(one));
    outcomes.push(...done.map(({ key }) => outcomeOf(key, answered.get(key), round)));
    if (again.length === 0) return outcomes;
    open = again;
    await connection.pause(round, signal);
  }
}

function isSettled(outcome: ReadOutcome | undefined): boolean {
  return outcome !== undefined && outcome.state !== 'retry';
}

/** Whether the backend has said that it wants the line again, and so has not applied it. */
const isRefused = (outcome: ReadOutcome | undefined): boolean => outcome?.state === 'retry' && outcome.unread !== true;

function outcomeOf(key: string, outcome: ReadOutcome | undefined, rounds: number): DeliveryOutcome {
  if (outcome?.state === 'applied') {
    return { key, state: 'applied', ...(outcome.accountId === undefined ? {} : { accountId: outcome.accountId }) };
  }
  if (outcome?.state === 'failed') return failed(key, outcome.detail ?? 'The backend gave no reason.');
  const why = `Sent ${rounds} times without an outcome: ${outcome?.detail ?? 'the backend said nothing of it.'}`;
  return isRefused(outcome) ? failed(key, why) : unknown(key, why);
}

const failed = (key: string, detail: string): DeliveryOutcome => ({ key, state: 'failed', detail });
const unknown = (key: string, detail: string): DeliveryOutcome => ({ key, state: 'unknown', detail });
