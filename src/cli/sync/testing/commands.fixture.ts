import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { JsonObject, JsonValue } from '../../../protocol/json.js';
import { StagedTenant } from '../../../provisioning/staged-tenant.fixture.js';
import { type Receiver, startReceiver, UNANSWERED } from '../../../sync/testing/receiver.fixture.js';
import { openTestTenancy, type TestTenancy } from '../../../tenants/tenancy.fixture.js';
import { type CommandOptions, type CommandOutcome, printedJson, runOn } from '../../command-line.fixture.js';

/** A staged tenant, and the commands of the review-and-apply workflow on it. */
export class SyncCommands {
  test!: TestTenancy;
  folder = '';
  staged!: StagedTenant;
  receiver!: Receiver;

  async open(): Promise<void> {
    this.test = await openTestTenancy();
    this.folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-sync-'));
  }

  async begin(): Promise<void> {
    this.receiver = await startReceiver();
    const { tenant } = await this.test.tenancy.createTenant('Contoso');
    this.staged = new StagedTenant(this.test.storage, tenant.id);
  }

  async end(): Promise<void> {
    await this.receiver.close();
    await this.test.reset();
  }

  async close(): Promise<void> {
    await this.test.close();
    await rm(this.folder, { recursive: true });
  }

  sync(
    command: string,
    commandArguments: readonly string[] = [],
    options: CommandOptions = {},
  ): Promise<CommandOutcome> {
    return runOn(this.test, ['sync', command, '--tenant', 'Contoso', ...commandArguments], {
      ...options,
      environment: { SYNC_EXPORT_DIR: this.folder, ...options.environment },
    });
  }

  /** To the receiver instead of files. */
  toReceiver(): CommandOptions {
    return { environment: this.receiver.environment };
  }

  stage(userName: string, more?: JsonObject): Promise<string> {
    return this.staged.createUser(userName, more);
  }

  change(id: string, path: string, value: JsonValue): Promise<unknown> {
    return this.staged.replaceAt(id, path, value);
  }

  async makePlan(options?: CommandOptions): Promise<string> {
    const { planId } = printedJson(await this.sync('plan', ['--json'], options));
    return typeof planId === 'string' ? planId : expect.fail('there is no plan');
  }

  async applied(options?: CommandOptions): Promise<string> {
    const { runId } = printedJson(
      await this.sync('apply', ['--plan', await this.makePlan(options), '--json'], options),
    );
    return typeof runId === 'string' ? runId : expect.fail('there is no run');
  }

  async show(plan: string, ...more: string[]): Promise<string> {
    return (await this.sync('show', ['--plan', plan, ...more])).stdout;
  }

  /** Starts to apply a plan whose only batch is not answered before `receiver.answerAll`. */
  async applyUnanswered(options: CommandOptions = {}): Promise<Promise<CommandOutcome>[]> {
    await this.stage(`${UNANSWERED}ann`);
    const plan = await this.makePlan(this.toReceiver());
    const outcome = this.sync('apply', ['--plan', plan, '--json'], { ...this.toReceiver(), ...options });
    await this.untilWaiting();
    return [outcome];
  }

  async untilWaiting(): Promise<void> {
    while (this.receiver.waiting() === 0) await sleep(10);
  }
}

/** A database for the tests of a file, and in it a tenant of its own for each. */
export function syncCommands(): SyncCommands {
  const commands = new SyncCommands();
  beforeAll(() => commands.open());
  beforeEach(() => commands.begin());
  afterEach(() => commands.end());
  afterAll(() => commands.close());
  return commands;
}

/** Any id. */
export const UUID = expect.stringMatching(/^[\da-f-]{36}$/u) as string;

/** The counts of a plan without lines. */
export const NOTHING = {
  create: 0,
  link: 0,
  update: 0,
  deactivate: 0,
  reactivate: 0,
  delete: 0,
  conflict: 0,
  held: 0,
  unchanged: 0,
};
