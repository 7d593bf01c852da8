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
  /** How often a line is sent that the backend wants to have again. */
  readonly rounds: number;
  readonly now: () => Date;
}

/**
 * Delivers lines so that each has its outcome: what has to wait is sent again, and a batch that the backend cannot take is
 * halved until the line is found that it cannot take, so that the others do not suffer for it.
 * @throws BackendUnavailable if nothing can be delivered; the signal's reason
 */
export async function deliverLines(
  connection: Connection,
  batch: Omit<Batch, 'deliveries'>,
  deliveries: readonly Delivery[],
  signal: AbortSignal,
  since = connection.now().getTime(),
): Promise<readonly DeliveryOutcome[]> {
  try {
    return await inRounds(connection, batch, deliveries, signal);
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    if (!(await isAboutTheLines(connection, error, since, signal))) {
      throw new BackendUnavailable(error.message, { cause: error });
    }
    if (batch.atomic || deliveries.length === 1) return deliveries.map(({ key }) => failed(key, error.message));
  }
  const middle = Math.ceil(deliveries.length / 2);
  const halves = [deliveries.slice(0, middle), deliveries.slice(middle)];
  return (await Promise.all(halves.map((half) => deliverLines(connection, batch, half, signal, since)))).flat();
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
    const waiting = open.filter(({ key }) => !isSettled(answered.get(key)));
    const last = round === connection.rounds;
    // Of an atomic batch, what is settled is settled together.
    const again = last || waiting.length === 0 ? [] : batch.atomic ? open : waiting;
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

function outcomeOf(key: string, outcome: ReadOutcome | undefined, rounds: number): DeliveryOutcome {
  if (outcome?.state === 'applied') {
    return { key, state: 'applied', ...(outcome.accountId === undefined ? {} : { accountId: outcome.accountId }) };
  }
  if (outcome?.state === 'failed') return failed(key, outcome.detail ?? 'The backend gave no reason.');
  return failed(
    key,
    `Sent ${rounds} times without an outcome: ${outcome?.detail ?? 'the backend said nothing of it.'}`,
  );
}

const failed = (key: string, detail: string): DeliveryOutcome => ({ key, state: 'failed', detail });
