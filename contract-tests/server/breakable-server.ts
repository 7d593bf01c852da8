import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { inject } from 'vitest';
import { openServices, serve } from '../../src/compose.js';
import { readConfig } from '../../src/config.js';
import { ENTRA_RULES } from '../../src/protocol/entra/rules.js';
import type {} from '../../src/storage/testing/postgres.setup.js';

export interface BreakableServer {
  readonly origin: string;
  readonly adminToken: string;
  /** From now on everything that needs the database fails so; undefined mends it. */
  breakDown(error: Error | undefined): void;
  stop(): Promise<void>;
}

/** Starts the server of this checkout in this process, on a new SQLite file that can be taken away from it. */
export async function startBreakableServer(): Promise<BreakableServer> {
  const folder = await mkdtemp(join(inject('templates').folder, 'breakable-'));
  const adminToken = 'the-operator-of-the-tests-of-faults';
  const databaseUrl = `sqlite:${join(folder, 'faults.sqlite')}`;
  const unlimited = { RATE_LIMIT: 'off', FAILED_AUTHENTICATION_LIMIT: 'off' };
  const config = readConfig({ PORT: '0', DATABASE_URL: databaseUrl, ADMIN_TOKEN: adminToken, ...unlimited });
  const services = await openServices(config, { create: true });
  const fault = new Fault();
  const running = await serve(config, pino({ level: 'silent' }), fault.before(services), ENTRA_RULES);
  return {
    origin: running.url,
    adminToken,
    breakDown: (error) => {
      fault.error = error;
    },
    stop: async () => {
      fault.error = undefined;
      await running.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** What goes wrong instead of anything that is asked of a part. */
class Fault {
  error: Error | undefined;

  /** The same part, whose methods fail as long as there is a fault. */
  before<Part extends object>(part: Part): Part {
    return new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return isPart(value) ? this.before(value) : value;
        return (...given: readonly unknown[]): unknown => this.#call(target, value, name, given);
      },
    });
  }

  #call(target: object, method: CallableFunction, name: string | symbol, given: readonly unknown[]): unknown {
    // to name a tenant's directory asks nothing of the database yet
    if (this.error !== undefined && name !== 'directory') return failing(this.error);
    const result: unknown = Reflect.apply(method, target, given);
    return isPart(result) ? this.before(result) : result;
  }
}

/** Whether a value has methods of its own that reach the database. */
const isPart = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Promise) && !(Symbol.asyncIterator in value);

/** Fails whether it is waited for or read piece by piece. */
function failing(error: Error): Promise<never> & AsyncIterable<never> {
  const rejected: Promise<never> = Promise.reject(error);
  rejected.catch(() => undefined);
  return Object.assign(rejected, { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) });
}
