import { isJsonObject } from '../../../protocol/json.js';
import type { SetupLink, SetupLinkStore, SetupTicks } from '../../setup-link-store.js';
import type { Database } from '../connections/database.js';
import { isForeignKeyViolation } from '../connections/driver.js';

interface LinkRow {
  readonly tenant_id: string;
  readonly hash: string;
  readonly cookie_hash: string;
  readonly created: string;
  readonly expires: string;
  readonly opened: string | null;
  readonly ticks: string;
}

/** The table `setup_links`. */
export class KnexSetupLinkStore implements SetupLinkStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async put(link: SetupLink): Promise<boolean> {
    const row = toRow(link);
    try {
      await this.#database.unit(
        ({ knex }) => knex('setup_links').insert(row).onConflict('tenant_id').merge(),
        link.tenantId,
      );
      return true;
    } catch (error) {
      if (isForeignKeyViolation(error)) return false;
      throw error;
    }
  }

  find(tenantId: string): Promise<SetupLink | undefined> {
    return this.#first({ tenant_id: tenantId });
  }

  findByHash(hash: string): Promise<SetupLink | undefined> {
    return this.#first({ hash });
  }

  findByCookie(cookieHash: string): Promise<SetupLink | undefined> {
    return this.#first({ cookie_hash: cookieHash });
  }

  async extend(tenantId: string, expires: string): Promise<boolean> {
    const extended = await this.#database.unit(
      ({ knex }) => knex('setup_links').where({ tenant_id: tenantId }).update({ expires }),
      tenantId,
    );
    return extended > 0;
  }

  async open(tenantId: string, at: string): Promise<void> {
    await this.#database.unit(
      ({ knex }) => knex('setup_links').where({ tenant_id: tenantId }).whereNull('opened').update({ opened: at }),
      tenantId,
    );
  }

  async tick(tenantId: string, changes: Readonly<Record<string, string | undefined>>): Promise<void> {
    await this.#database.unit(async ({ knex }) => {
      const links = knex('setup_links').where({ tenant_id: tenantId });
      const row = await links.clone().forUpdate().first<Pick<LinkRow, 'ticks'> | undefined>('ticks');
      if (row !== undefined) await links.update({ ticks: JSON.stringify({ ...parseTicks(row.ticks), ...changes }) });
    }, tenantId);
  }

  async remove(tenantId: string): Promise<boolean> {
    const removed = await this.#database.unit(
      ({ knex }) => knex('setup_links').where({ tenant_id: tenantId }).delete(),
      tenantId,
    );
    return removed > 0;
  }

  async #first(key: Partial<LinkRow>): Promise<SetupLink | undefined> {
    const row = await this.#database.lookup(({ knex }) =>
      knex('setup_links').where(key).first<LinkRow | undefined>('*'),
    );
    return row && toLink(row);
  }
}

const toRow = ({ tenantId, hash, cookieHash, created, expires, opened, ticks }: SetupLink): LinkRow => ({
  ...{ tenant_id: tenantId, hash, cookie_hash: cookieHash, created, expires },
  opened: opened ?? null,
  ticks: JSON.stringify(ticks),
});

const toLink = (row: LinkRow): SetupLink => ({
  ...{ tenantId: row.tenant_id, hash: row.hash, cookieHash: row.cookie_hash },
  ...{ created: row.created, expires: row.expires, opened: row.opened ?? undefined },
  ticks: parseTicks(row.ticks),
});

function parseTicks(text: string): SetupTicks {
  const stored: unknown = JSON.parse(text);
  const pairs = Object.entries(isJsonObject(stored) ? stored : {});
  return Object.fromEntries(pairs.flatMap(([step, at]) => (typeof at === 'string' ? [[step, at]] : [])));
}
