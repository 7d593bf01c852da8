import type { Knex } from 'knex';
import { isAdminTokenLive, type AdminToken } from '../../../model/access/admin-token.js';
import { ROLES } from '../../../model/access/role.js';
import { tenantNameKey } from '../../../model/tenant.js';
import type { AdminTokenStore } from '../../admin-token-store.js';
import type { Database } from '../connections/database.js';

/** Tokens that are kept, ended ones included. */
const MOST_KEPT = 1_000;

interface AdminTokenRow {
  readonly id: string;
  readonly label: string;
  readonly role: string;
  readonly prefix: string;
  readonly created: string;
  readonly created_by: string;
  readonly expires_at: string | null;
  readonly last_used: string | null;
  readonly revoked_at: string | null;
  readonly revoked_by: string | null;
}

/** The table `admin_tokens`. */
export class KnexAdminTokenStore implements AdminTokenStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async insert(token: AdminToken, hash: string, most: number): Promise<'done' | 'taken' | 'full'> {
    return this.#database.unit(async ({ knex }) => {
      const live = await knex('admin_tokens').whereRaw(LIVE, [token.created]).limit(most).select('id');
      if (live.length >= most) return 'full';
      await eraseEnded(knex, token.created);
      const row = { ...toRow(token), hash, label_key: tenantNameKey(token.label) };
      const inserted = await knex('admin_tokens').insert(row).onConflict().ignore().returning('id');
      return inserted.length === 0 ? 'taken' : 'done';
    });
  }

  async list(): Promise<readonly AdminToken[]> {
    const rows = await this.#database.lookup(({ knex }) =>
      knex<AdminTokenRow>('admin_tokens').orderBy('id').limit(MOST_KEPT).select('*'),
    );
    return rows.map(toAdminToken);
  }

  async findByHash(hash: string): Promise<AdminToken | undefined> {
    const row = await this.#database.lookup(({ knex }) =>
      knex('admin_tokens').where({ hash }).first<AdminTokenRow | undefined>('*'),
    );
    return row && toAdminToken(row);
  }

  async revoke(
    id: string,
    { name, at }: { readonly name: string; readonly at: string },
    keepOne: boolean,
  ): Promise<AdminToken | 'unknown' | 'last'> {
    return this.#database.unit(async ({ knex }) => {
      // Two who revoke each other's token do so one after the other.
      const admins = await knex<AdminTokenRow>('admin_tokens')
        .where({ role: 'admin', revoked_at: null })
        .orderBy('id')
        .forUpdate()
        .select('*');
      const row = await knex('admin_tokens').where({ id }).forUpdate().first<AdminTokenRow | undefined>('*');
      if (row === undefined) return 'unknown';
      const token = toAdminToken(row);
      if (token.revokedAt !== undefined) return token;
      const waysIn = admins.map(toAdminToken).filter((one) => isAdminTokenLive(one, at));
      if (keepOne && waysIn.length === 1 && waysIn[0]?.id === id) return 'last';
      await knex('admin_tokens').where({ id }).update({ revoked_at: at, revoked_by: name });
      return { ...token, revokedAt: at, revokedBy: name };
    });
  }

  async markUsed(id: string, minute: string): Promise<void> {
    await this.#database.unit(({ knex }) => knex('admin_tokens').where({ id }).update({ last_used: minute }));
  }
}

/** What `isAdminTokenLive` says, as a condition. */
const LIVE = 'revoked_at is null and (expires_at is null or expires_at > ?)';

/** Makes room for one more. */
async function eraseEnded(knex: Knex, now: string): Promise<void> {
  const [newest] = await knex('admin_tokens')
    .orderBy('id', 'desc')
    .offset(MOST_KEPT - 1)
    .limit(1)
    .select<{ id: string }[]>('id');
  if (newest === undefined) return;
  await knex('admin_tokens').where('id', '<=', newest.id).whereRaw(`not (${LIVE})`, [now]).delete();
}

const toRow = (token: AdminToken): AdminTokenRow => ({
  ...{ id: token.id, label: token.label, role: token.role, prefix: token.prefix },
  ...{ created: token.created, created_by: token.createdBy, expires_at: token.expiresAt ?? null },
  ...{ last_used: token.lastUsed ?? null, revoked_at: token.revokedAt ?? null, revoked_by: token.revokedBy ?? null },
});

/** A role that is not known here, as another version of the server may write it, may do the least. */
const toAdminToken = (row: AdminTokenRow): AdminToken => ({
  ...{ id: row.id, label: row.label, prefix: row.prefix, created: row.created, createdBy: row.created_by },
  role: ROLES.find((one) => one === row.role) ?? 'viewer',
  expiresAt: row.expires_at ?? undefined,
  lastUsed: row.last_used ?? undefined,
  revokedAt: row.revoked_at ?? undefined,
  revokedBy: row.revoked_by ?? undefined,
});
