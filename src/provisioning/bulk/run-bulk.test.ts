import { v7 as newId } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../config.js';
import type { Tenant } from '../../model/tenant.js';
import type { JsonObject } from '../../protocol/json.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { ScimError } from '../../protocol/scim-error.js';
import type { DirectoryReader, Storage } from '../../storage/storage.js';
import { addTenant, sqliteStorage, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { scopeOf, type Provisioning } from '../scope.js';
import { runBulk } from './run-bulk.js';
import type { BulkCreate, BulkStep } from './step.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const NOBODY = '01890000-0000-7000-8000-000000000000';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

const create = (bulkId: string, data: JsonObject): BulkCreate => ({
  kind: 'create',
  type: 'userName' in data ? 'User' : 'Group',
  bulkId,
  data,
  accept: (body) => body,
});
const user = (userName: string): BulkCreate => create(userName, { schemas: [USER], userName });
const group = (displayName: string, ...members: string[]): BulkCreate =>
  create(displayName, { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) });

describe('a bulk job', () => {
  let database: TestStorage;
  let tenant: Tenant;
  let faults: unknown[];

  beforeEach(async () => {
    database = await sqliteStorage.open();
    tenant = await addTenant(database.storage, 'a');
    faults = [];
  });
  afterEach(() => database.close());

  /** Runs a job on the database, some doors of which may be replaced by others. */
  function run(doors: Partial<Pick<Storage, 'write' | 'directory'>>, ...steps: readonly BulkStep[]) {
    const { storage } = database;
    const provisioning: Provisioning = {
      storage: {
        tenants: storage.tenants,
        setupLinks: storage.setupLinks,
        oauth: storage.oauth,
        adminTokens: storage.adminTokens,
        processes: storage.processes,
        activity: storage.activity,
        alerts: storage.alerts,
        console: storage.console,
        moves: storage.moves,
        directory: (tenantId) => storage.directory(tenantId),
        write: (tenantId, work, schemas) => storage.write(tenantId, work, schemas),
        bulk: (tenantId, schemas) => storage.bulk(tenantId, schemas),
        probes: (created, after, limit) => storage.probes(created, after, limit),
        sync: (tenantId) => storage.sync(tenantId),
        writeSync: (tenantId, work) => storage.writeSync(tenantId, work),
        tenantsWithInterruptedRun: (now, after, limit) => storage.tenantsWithInterruptedRun(now, after, limit),
        migrate: () => storage.migrate(),
        ping: () => storage.ping(),
        state: () => storage.state(),
        close: () => storage.close(),
        ...doors,
      },
      now: () => new Date(),
      newId: () => newId(),
      baseUrl: 'https://scim.flexwhere.example/scim',
      limits: readConfig({}).limits,
    };
    const onFault = (error: unknown): ScimError => {
      faults.push(error);
      return new ScimError(500, 'fault');
    };
    return runBulk(provisioning, scopeOf(tenant), {
      steps,
      failOnErrors: undefined,
      onRules: () => undefined,
      onFault,
    });
  }

  /** Storage on which the unit of work with that number breaks after it has done all that it was to do. */
  function breaking(number: number): Pick<Storage, 'write'> {
    let begun = 0;
    return {
      write: (tenantId, work, schemas) =>
        database.storage.write(
          tenantId,
          async (directory) => {
            begun += 1;
            const result = await work(directory);
            if (begun === number) throw new Error('broken');
            return result;
          },
          schemas,
        ),
    };
  }

  const staged = async (type: ResourceTypeName): Promise<number> =>
    (await database.storage.directory('a').list({ type, offset: 0, limit: 0 })).total;

  it('fails the operation that broke with 500, does the others, and reports the fault', async () => {
    const outcomes = await run(breaking(2), user('1'), user('2'), user('3'));
    expect([...outcomes.values()].map(({ status }) => status)).toEqual([201, 500, 201]);
    expect(faults).toEqual([new Error('broken')]);
    expect(await staged('User')).toBe(2);
  });

  it('fails a circle that broke as a whole', async () => {
    const circle = [group('a', 'bulkId:b', 'bulkId:u'), group('b', 'bulkId:a')];
    const outcomes = await run(breaking(2), ...circle, user('u'));
    expect([0, 1, 2].map((position) => outcomes.get(position)?.status)).toEqual([409, 500, 201]);
    expect(await staged('Group')).toBe(0);
  });

  it('reports as done what is on disk, though its entity tag cannot be read', async () => {
    const directory = (): DirectoryReader => {
      throw new Error('away');
    };
    const outcomes = await run({ directory }, user('1'));
    expect(outcomes.get(0)).toMatchObject({ status: 201, version: 'W/"1"' });
    expect(faults).toEqual([new Error('away')]);
    expect(await staged('User')).toBe(1);
  });

  /** Notes in which turn of the event loop each step takes its data. */
  async function turnsOf(
    stepWith: (index: number, accept: BulkCreate['accept']) => BulkStep,
  ): Promise<readonly number[]> {
    const turns: number[] = [];
    let turn = 0;
    let counting = true;
    const count = (): void => {
      turn += 1;
      if (counting) setImmediate(count);
    };
    count();
    const accept = (body: JsonObject): JsonObject => {
      turns.push(turn);
      return body;
    };
    await run({}, ...Array.from({ length: 20 }, (_, index) => stepWith(index, accept)));
    counting = false;
    return turns;
  }

  it('lets others have their turn before each operation, though none gets as far as the database', async () => {
    const turns = await turnsOf((_, accept) => ({
      kind: 'replace',
      type: 'User',
      id: NOBODY,
      data: {},
      ifMatch: undefined,
      accept: (body) => {
        accept(body);
        throw new ScimError(400, 'refused');
      },
    }));
    expect(new Set(turns).size).toBe(20);
  });

  it('lets others have their turn before each operation of a circle', async () => {
    const turns = await turnsOf((index, accept) => ({ ...group(String(index), `bulkId:${(index + 1) % 20}`), accept }));
    expect(new Set(turns).size).toBe(20);
  });
});
