import type { Knex } from 'knex';
import type { PostgresConnection } from './driver.js';

/** How long a statement may go without an answer before the database is asked whether it is there, in milliseconds. */
const SILENT_MS = 1000;

/** How long that may take. */
const PROBE_MS = 2000;

/** How often it is looked whether a statement goes without an answer. */
const INTERVAL_MS = 250;

interface Statement {
  readonly __knexUid: string;
  readonly __knexQueryUid: string;
}

interface Pending {
  readonly connection: string;
  readonly since: number;
}

/**
 * Notices that a database has stopped answering, such as one whose host is frozen or cut off: its connections stay open, and
 * what was asked would wait forever. Statements that run long are told from that by a question on a connection that does
 * nothing else.
 */
export class Heartbeat {
  readonly #probe: () => Promise<unknown>;
  readonly #onSilence: () => void;
  readonly #connections = new Map<string | undefined, PostgresConnection>();
  readonly #pending = new Map<string, Pending>();
  readonly #timer: NodeJS.Timeout;
  #probing = false;

  /**
   * @param probe asks the database something that it answers at once
   * @param onSilence told after the connections have been closed
   */
  constructor(probe: () => Promise<unknown>, onSilence: () => void) {
    this.#probe = probe;
    this.#onSilence = onSilence;
    this.#timer = setInterval(() => {
      if (this.#isSilent()) void this.#ask();
    }, INTERVAL_MS).unref();
  }

  /** Watches all statements of a pool. */
  watch(knex: Knex): void {
    knex.on('query', ({ __knexUid, __knexQueryUid }: Statement) => {
      this.#pending.set(__knexQueryUid, { connection: __knexUid, since: performance.now() });
    });
    knex.on('query-response', (_response: unknown, { __knexQueryUid }: Statement) => {
      this.#pending.delete(__knexQueryUid);
    });
    knex.on('query-error', (_error: unknown, { __knexQueryUid }: Statement) => {
      this.#pending.delete(__knexQueryUid);
    });
  }

  /** Notes a new connection of a pool that is watched. */
  add(connection: PostgresConnection): void {
    this.#connections.set(connection.__knexUid, connection);
    connection.once('end', () => this.#connections.delete(connection.__knexUid));
  }

  /** @throws Error if the database does not answer in time. */
  async ask(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error('timeout expired: the database does not answer'));
      }, PROBE_MS);
    });
    try {
      await Promise.race([this.#probe(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #isSilent(): boolean {
    const [longest] = this.#pending.values();
    return !this.#probing && longest !== undefined && performance.now() - longest.since > SILENT_MS;
  }

  async #ask(): Promise<void> {
    this.#probing = true;
    try {
      await this.ask();
    } catch {
      this.#giveUp();
    } finally {
      this.#probing = false;
    }
  }

  /** Closes the connections that wait for an answer; what waits fails, and the pools open others. */
  #giveUp(): void {
    const waiting = new Set([...this.#pending.values()].map(({ connection }) => connection));
    for (const uid of waiting) this.#connections.get(uid)?.connection.stream.destroy();
    this.#onSilence();
  }
}
