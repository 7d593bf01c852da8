import type { PostgresConnection } from './driver.js';

/** How long work may run before the database is asked whether it is there, in milliseconds. */
const SILENT_MS = 1000;

/** How long that may take. */
const PROBE_MS = 2000;

/** How often to check whether work has been running for long. */
const INTERVAL_MS = 250;

interface Running {
  readonly since: number;
  readonly reject: (reason: Error) => void;
}

/**
 * Notices that a database has stopped answering, such as one whose host is frozen or cut off: its connections stay open, and
 * what was asked would wait for ever. Work that takes long is told from that by a question on a connection that does nothing
 * else.
 */
export class Heartbeat {
  readonly #probe: () => Promise<unknown>;
  readonly #connections = new Set<PostgresConnection>();
  /** In the order in which it began. */
  readonly #running = new Set<Running>();
  readonly #onSilence: (reason: Error) => void;
  readonly #timer: NodeJS.Timeout;
  #probing = false;

  /**
   * @param probe asks the database something that it answers at once
   * @param onSilence told when the connections have been closed, and the work on them has been given up
   */
  constructor(probe: () => Promise<unknown>, onSilence: (reason: Error) => void) {
    this.#probe = probe;
    this.#onSilence = onSilence;
    this.#timer = setInterval(() => {
      if (this.#isSilent()) void this.#check();
    }, INTERVAL_MS).unref();
  }

  /** Notes a new connection, which is closed when the database has stopped answering. */
  add(connection: PostgresConnection): void {
    this.#connections.add(connection);
    connection.once('end', () => this.#connections.delete(connection));
  }

  /** The result of work on the database, unless the database stops answering before. */
  watch<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const running = { since: performance.now(), reject };
      this.#running.add(running);
      work()
        .then(resolve, reject)
        .finally(() => this.#running.delete(running));
    });
  }

  /** @throws Error when the database does not answer in time. */
  async ask(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(silence());
      }, PROBE_MS);
    });
    try {
      await Promise.race([this.#probe(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Stops checking whether the database answers. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #isSilent(): boolean {
    const [longest] = this.#running;
    return !this.#probing && longest !== undefined && performance.now() - longest.since > SILENT_MS;
  }

  async #check(): Promise<void> {
    this.#probing = true;
    try {
      await this.ask();
    } catch {
      this.#giveUp(silence());
    } finally {
      this.#probing = false;
    }
  }

  /** Closes all connections; the pools open others. */
  #giveUp(reason: Error): void {
    for (const connection of this.#connections) connection.connection.stream.destroy();
    for (const { reject } of this.#running) reject(reason);
    this.#onSilence(reason);
  }
}

/** An error like those of the driver, which says that the database is away. */
const silence = (): Error => new Error('timeout expired: the database does not answer');
