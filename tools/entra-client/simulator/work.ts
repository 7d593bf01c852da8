import type { Clock } from './clock.js';
import type { Directory } from './company/directory.js';
import type { Links } from './provision/links.js';
import type { Tally } from './quarantine.js';
import type { Retries, Retry } from './retries.js';
import type { ProvisioningSettings } from './settings.js';
import type { ScimClient } from './wire/client.js';
import { ProvisioningFailure, stopsTheCycle } from './wire/failure.js';

/** What the steps of a cycle work with. */
export interface Work {
  readonly directory: Directory;
  readonly settings: ProvisioningSettings;
  readonly client: ScimClient;
  readonly clock: Clock;
  readonly links: Links;
  readonly retries: Retries;
  readonly counted: Counted;
}

/** What a cycle has looked at so far. */
export class Counted {
  readonly #objects = new Set<string>();
  readonly #failedObjects = new Set<string>();
  readonly #failedReferences = new Set<string>();

  looked(kind: Retry['kind'], key: string): void {
    if (kind === 'user' || kind === 'group') this.#objects.add(key);
  }

  failed(kind: Retry['kind'], key: string): void {
    if (kind === 'user' || kind === 'group') this.#failedObjects.add(key);
    else this.#failedReferences.add(`${kind} ${key}`);
  }

  get tally(): Tally {
    return {
      objects: this.#objects.size,
      failedObjects: this.#failedObjects.size,
      failedReferences: this.#failedReferences.size,
    };
  }
}

/**
 * Does one step. Where it fails, it is noted for a retry.
 * @returns what the step returns; undefined where it failed
 * @throws ProvisioningFailure if nothing else can work either
 */
export async function attempt<Result>(
  { clock, retries, counted }: Work,
  kind: Retry['kind'],
  key: string,
  step: () => Promise<Result>,
): Promise<Result | undefined> {
  counted.looked(kind, key);
  try {
    const result = await step();
    retries.succeeded(kind, key);
    return result;
  } catch (error) {
    if (!(error instanceof ProvisioningFailure)) throw error;
    retries.failed(kind, key, error, clock.now());
    counted.failed(kind, key);
    if (stopsTheCycle(error)) throw error;
    return undefined;
  }
}
