import type { Clock } from './clock.js';
import type { Directory } from './company/directory.js';
import { changeDirectory } from './company/generated-changes.js';
import { generateDirectory, type DirectorySize } from './company/generated-directory.js';
import { seededRandom, type Random } from './company/random.js';
import { ProvisioningJob, type CycleOutcome } from './job.js';
import { sendAtRate } from './pace.js';
import type { Quarantine } from './quarantine.js';
import type { Retry } from './retries.js';
import { DEFAULT_SETTINGS, type Dialect } from './settings.js';
import { ProvisioningFailure } from './wire/failure.js';
import { randomFaults, sendThroughFaults, type FaultPlan } from './wire/faults.js';
import { Measurement, type Measured } from './wire/measured-send.js';
import type { Send } from './wire/wire.js';

/** What a simulation plays. */
export interface SimulationPlan extends DirectorySize {
  readonly cycles: number;
  readonly seed: number;
  readonly dialect: Dialect;
  /** The share of the requests that meet a fault. */
  readonly faults: number;
  /** Requests a second at most; undefined for as many as the server can take. */
  readonly rate?: number | undefined;
}

/** A cycle that has ended. */
export interface PlayedCycle extends CycleOutcome {
  /** What waits for a retry. */
  readonly failures: number;
}

/** The outcome of a simulation. Latencies are in milliseconds. */
export interface SimulationReport {
  readonly measured: readonly Measured[];
  /** What failed permanently. */
  readonly failures: readonly Retry[];
  readonly quarantine: Quarantine | undefined;
  /** Whether the last cycle looked at everything that it had to. */
  readonly finished: boolean;
  /** What stopped the last cycle, such as a refused connection; undefined where nothing did. */
  readonly stopped: ProvisioningFailure | undefined;
}

/** Told about what happens, so that somebody can watch. */
export interface SimulationWatch {
  request(): void;
  cycle(played: PlayedCycle): void;
}

/** Cycles that are played without changes and faults, at most, to let retries have their turn. */
const LAST_RETRIES = 3;
const DAY = 24 * 3_600_000;

/**
 * Plays a company against a SCIM server: an initial cycle, then cycles with random changes before each, on-demand runs in
 * between, and a restart before the last cycle. The same seed and plan make the same directory and the same changes.
 */
export async function simulate(
  plan: SimulationPlan,
  send: Send,
  clock: Clock,
  watch: SimulationWatch,
): Promise<SimulationReport> {
  const random = seededRandom(plan.seed);
  const directory = generateDirectory(plan, random);
  const measurement = new Measurement();
  const network = { faulty: true };
  const sent = sendPlanned(plan, measurement.measuring(watched(send, watch)), clock, network);
  const settings = { ...DEFAULT_SETTINGS, dialect: plan.dialect };
  const job = new ProvisioningJob({ directory, settings, send: sent, clock, guid: random.guid });
  let stopped: ProvisioningFailure | undefined;
  const play = async (): Promise<void> => {
    const outcome = await job.cycle();
    stopped = outcome.stopped;
    watch.cycle({ ...outcome, failures: job.failures.length });
  };
  await playCycles(plan, job, directory, random, clock, play);
  network.faulty = false;
  await playLastRetries(job, clock, play);
  const { failures, quarantine, isUnfinished } = job;
  return { measured: measurement.all, failures, quarantine, finished: !isUnfinished, stopped };
}

async function playCycles(
  { cycles, users }: SimulationPlan,
  job: ProvisioningJob,
  directory: Directory,
  random: Random,
  clock: Clock,
  play: () => Promise<void>,
): Promise<void> {
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    if (cycle > 0) {
      clock.skip(job.untilNextCycle ?? DAY);
      changeDirectory(directory, Math.ceil(users / 20), random);
      await provisionSomeOnDemand(job, directory, random);
      if (cycle === cycles - 1) job.restart({ forgetIds: false });
    }
    await play();
  }
}

/** What fails on demand is left to the next cycle. */
async function provisionSomeOnDemand(job: ProvisioningJob, directory: Directory, random: Random): Promise<void> {
  const objects = [directory.users, directory.users, directory.groups].map((things) =>
    things.map((one) => one.objectId),
  );
  for (const things of objects) {
    if (things.length === 0) continue;
    await job.provisionOnDemand(random.pick(things)).catch((error: unknown) => {
      if (!(error instanceof ProvisioningFailure)) throw error;
    });
  }
}

/** Goes on while something is left to retry, or the last cycle could not be ended. */
async function playLastRetries(job: ProvisioningJob, clock: Clock, play: () => Promise<void>): Promise<void> {
  for (let left = LAST_RETRIES; left > 0 && (job.failures.length > 0 || job.isUnfinished); left -= 1) {
    clock.skip(DAY);
    await play();
  }
}

function sendPlanned(
  { faults, rate, seed }: SimulationPlan,
  send: Send,
  clock: Clock,
  network: { readonly faulty: boolean },
): Send {
  const paced = rate === undefined ? send : sendAtRate(send, rate, clock);
  if (faults === 0) return paced;
  // A generator of its own keeps the directory the same with faults and without.
  const plan = randomFaults(seededRandom(seed + 1), faults);
  const whileFaulty: FaultPlan = (request) => (network.faulty ? plan(request) : undefined);
  return sendThroughFaults(paced, whileFaulty, clock);
}

function watched(send: Send, watch: SimulationWatch): Send {
  return (request) => {
    watch.request();
    return send(request);
  };
}
