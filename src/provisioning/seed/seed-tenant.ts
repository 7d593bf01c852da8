import { pageSize } from '../../storage/page-size.js';
import type { JsonObject } from '../../protocol/json.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { conflict } from '../../protocol/scim-error.js';
import type { BulkResource, BulkWriter } from '../../storage/bulk-writer.js';
import type { Storage } from '../../storage/storage.js';
import { contentOf } from '../resources/content.js';
import type { TenantScope } from '../scope.js';
import { person, scrambled, team } from './person.js';

/** How many resources, or memberships, one unit of work stores: some tenths of a second of SQLite's one writer. */
const UNIT = pageSize(5_000);

/** What a tenant is to be filled with. */
export interface SeedPlan {
  readonly users: number;
  readonly groups: number;
  /** Users that each group has as members; as many as there are users at most. */
  readonly members: number;
  /** The same seed makes the same people. */
  readonly seed: number;
  /** Whether the tenant may have resources already. */
  readonly add: boolean;
}

/** What seeding needs. */
export interface Seeding {
  readonly storage: Storage;
  readonly now: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
}

/** What a tenant was filled with. */
export interface Seeded {
  /** The numbers of the first new user and group; they follow those that the tenant had. */
  readonly firstUser: number;
  readonly firstGroup: number;
  /** The ids of the new users, by their place among them. */
  readonly userId: (index: number) => string;
}

/**
 * Fills a tenant with invented people and groups, stored as if each had been created through SCIM, in pieces that are kept
 * when a later one fails: what is missing then can be added.
 * @param onStored is told how many users, groups and memberships have been stored so far
 * @throws ScimError 409 if the tenant has resources already and none may be added, or has one with a name that is to be new
 */
export async function seedTenant(
  { storage, now, newId }: Seeding,
  scope: TenantScope,
  plan: SeedPlan,
  onStored: (stored: number) => void,
): Promise<Seeded> {
  const { tenant } = scope;
  const directory = storage.directory(tenant.id);
  const countOf = async (type: ResourceTypeName) => (await directory.list({ type, offset: 0, limit: 0 })).total;
  const [firstUser, firstGroup] = [await countOf('User'), await countOf('Group')];
  if (!plan.add && firstUser + firstGroup > 0) throw notEmpty(firstUser, firstGroup);
  const bulk = storage.bulk(tenant.id, tenant.schemas.revision);
  const ids = new SeedIds(newId(), now().getTime() - plan.users - plan.groups);
  const run = new SeedRun(bulk, scope, ids, onStored);
  await run.store('User', plan.users, 0, (index) => person(plan.seed, firstUser + index));
  await run.store('Group', plan.groups, plan.users, (index) => team(firstGroup + index));
  for (let group = 0; group < plan.groups; group += 1) await run.join(group, plan);
  await bulk.finish();
  return { firstUser, firstGroup, userId: (index) => ids.id(index) };
}

const notEmpty = (users: number, groups: number) =>
  conflict(
    `The tenant already has ${users} users and ${groups} groups. To number the new ones behind them, use --add; otherwise choose an empty tenant.`,
  );

/** How many characters at the end of an id are its own: indexes find ids by their ends, which are random elsewhere too. */
const END = 8;

/** The ids of what is seeded, and when it counts as created: a millisecond each, up to the present. */
class SeedIds {
  readonly #rest: string;
  readonly #seed: number;
  readonly #began: number;

  /** @param model a new UUIDv7, of whose random part all of them have the beginning */
  constructor(model: string, began: number) {
    this.#rest = model.slice(13, -END);
    this.#seed = Number.parseInt(model.slice(-END), 16);
    this.#began = began;
  }

  id(index: number): string {
    const time = (this.#began + index).toString(16).padStart(12, '0');
    const end = scrambled(this.#seed, index).toString(16).padStart(END, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}${this.#rest}${end}`;
  }

  at(index: number): string {
    return new Date(this.#began + index).toISOString();
  }
}

/** One seeding: users first, then groups, then the groups' members. */
class SeedRun {
  readonly #bulk: BulkWriter;
  readonly #scope: TenantScope;
  readonly #ids: SeedIds;
  readonly #onStored: (stored: number) => void;
  #stored = 0;

  constructor(bulk: BulkWriter, scope: TenantScope, ids: SeedIds, onStored: (stored: number) => void) {
    this.#bulk = bulk;
    this.#scope = scope;
    this.#ids = ids;
    this.#onStored = onStored;
  }

  /** @param offset of their ids among all */
  async store(type: ResourceTypeName, count: number, offset: number, make: (index: number) => JsonObject) {
    for (const indices of pieces(count)) {
      const resourceOf = (index: number): BulkResource => ({
        ...{ id: this.#ids.id(offset + index), type, at: this.#ids.at(offset + index) },
        content: contentOf(make(index), this.#scope.types[type]),
      });
      await this.#bulk.addResources({
        *[Symbol.iterator]() {
          for (const index of indices) yield resourceOf(index);
        },
      });
      this.#note(indices.length);
    }
  }

  /** Gives a group its members: so many users behind those of the group before, and from the first user again. */
  async join(group: number, { users, members }: SeedPlan): Promise<void> {
    for (const indices of pieces(members)) {
      const ids = indices.map((index) => this.#ids.id((group * members + index) % users));
      const joining = ids.sort().map((id) => ({ id, type: 'User' as const }));
      await this.#bulk.addMembers(this.#ids.id(users + group), joining);
      this.#note(indices.length);
    }
  }

  #note(count: number): void {
    this.#stored += count;
    this.#onStored(this.#stored);
  }
}

/** The numbers from 0, as many as one unit of work stores at a time. */
function* pieces(count: number): Generator<readonly number[]> {
  for (let from = 0; from < count; from += UNIT.items) {
    yield Array.from({ length: Math.min(UNIT.items, count - from) }, (_, offset) => from + offset);
  }
}
