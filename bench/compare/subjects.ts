import { randomBytes } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import { freePort } from '../../src/testing/free-port.js';
import { Client } from './client.js';
import { MOST_BY_REQUESTS, type Contender } from './contenders.js';
import { fillByRequests, fillSeed, fillTable } from './fill.js';
import type { Subject } from './measure.js';
import { cpuOf, memoryOf, startNode, stopProcess, untilAnswering } from './process.js';
import { readWorld, type Filling } from './workloads.js';

/** How long a server is left alone before its memory counts as idle, in milliseconds. */
const REST = 2_000;

/** What a server costs without a request. */
export interface Start {
  /** Milliseconds of CPU time until it answers. */
  readonly cpu: number;
  /** Megabytes two seconds later. */
  readonly idle: number;
}

/** A contender that has been filled and started. */
export interface Started extends Subject {
  readonly start: Start;
  /** Megabytes that it has resident now. */
  readonly memory: () => number;
  readonly stop: () => Promise<void>;
}

/** Makes filled databases, and starts servers on them. */
export class Stage {
  readonly #folder: string;
  readonly #filling: Filling;
  readonly #postgres: string | undefined;
  #seeded: Promise<Database> | undefined;
  #table: Promise<Database> | undefined;
  #copies = 0;

  /** @param postgres the database of PostgreSQL to use instead of files of SQLite */
  constructor(folder: string, filling: Filling, postgres: string | undefined) {
    this.#folder = folder;
    this.#filling = filling;
    this.#postgres = postgres;
  }

  /** Whether a contender takes part at all. */
  takes({ filledBy, postgres }: Contender): boolean {
    if (this.#postgres !== undefined && !postgres) return false;
    return filledBy !== 'requests' || this.#filling.size <= MOST_BY_REQUESTS;
  }

  async start(contender: Contender): Promise<Started> {
    const { url, token } = await this.#databaseFor(contender);
    const port = await freePort();
    const child = startNode(contender.program, {
      ...{ PORT: String(port), BENCH_FILE: url, BENCH_TOKEN: token },
      DATABASE_URL: url.startsWith('postgres') ? url : `sqlite:${url}`,
      ...contender.environment,
    });
    await untilAnswering(port, child);
    const cpu = cpuOf(child);
    await sleep(REST);
    const start = { cpu, idle: memoryOf(child) };
    const client = new Client(port, contender.base, token);
    if (contender.filledBy === 'requests') await fillByRequests(client, this.#filling);
    return this.#subject(contender, child, client, start);
  }

  async #subject({ name }: Contender, child: ChildProcess, client: Client, start: Start): Promise<Started> {
    return {
      ...{ name, client, start },
      world: await readWorld(client, this.#filling),
      cpu: () => cpuOf(child),
      memory: () => memoryOf(child),
      stop: async () => {
        client.close();
        await stopProcess(child);
      },
    };
  }

  /** A database of its own for each server: a file is filled once and copied, PostgreSQL is filled for each. */
  async #databaseFor({ filledBy }: Contender): Promise<Database> {
    if (filledBy === 'requests') return { url: this.#newFile(), token: newToken() };
    if (this.#postgres !== undefined) return this.#onPostgres(this.#postgres, filledBy);
    const { url, token } = await (filledBy === 'seed' ? this.#seed() : this.#fillTable());
    const copy = this.#newFile();
    await copyFile(url, copy);
    return { url: copy, token };
  }

  async #onPostgres(url: string, filledBy: Contender['filledBy']): Promise<Database> {
    if (filledBy === 'seed') return { url, token: await fillSeed(url, this.#filling) };
    this.#copies += 1;
    const schema = `bench_${this.#copies}`;
    const own = `${url}${url.includes('?') ? '&' : '?'}options=-c%20search_path%3D${schema}`;
    await fillTable(own, this.#filling, schema);
    return { url: own, token: newToken() };
  }

  #seed(): Promise<Database> {
    return (this.#seeded ??= (async () => {
      const url = this.#newFile();
      return { url, token: await fillSeed(`sqlite:${url}`, this.#filling) };
    })());
  }

  #fillTable(): Promise<Database> {
    return (this.#table ??= (async () => {
      const url = this.#newFile();
      await fillTable(url, this.#filling);
      return { url, token: newToken() };
    })());
  }

  #newFile(): string {
    this.#copies += 1;
    return join(this.#folder, `${this.#filling.size}-${this.#copies}.sqlite`);
  }

  /** Removes the files. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface Database {
  /** A path, or an address of PostgreSQL. */
  readonly url: string;
  readonly token: string;
}

const newToken = (): string => randomBytes(32).toString('base64url');
