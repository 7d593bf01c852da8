import type { CredentialProof, OAuthClient, OAuthCredential } from '../../../model/oauth/client.js';
import { pageSize } from '../../page-size.js';
import type { ClientWithCredentials, Issuance, OAuthStore, Stored } from '../../oauth-store.js';
import type { TenantStore } from '../../storage.js';
import type { Database, Session, UnitLimits } from '../connections/database.js';
import { isForeignKeyViolation } from '../connections/driver.js';
import { parseScopes, toTokenRow } from './token-rows.js';

/** Access tokens of a client that are kept; the oldest go first. A program that asks for one before each request gets along. */
const MOST_TOKENS = 500;

/** Milliseconds for which an access token is kept that has expired, so that the log can tell whose it was. */
const KEPT_EXPIRED = 86_400_000;

/** A client waits for its token, and goes without rather than hold up others. */
const LIMITS: UnitLimits = { waitMs: 20_000, budgetMs: 2_000 };

/** How many assertions that have expired are erased at a time. */
const PIECE = pageSize(500);

/** The tables `oauth_clients`, `oauth_credentials` and `oauth_assertions`, and the access tokens among the tokens. */
export class KnexOAuthStore implements OAuthStore {
  readonly #database: Database;
  readonly #mostTokens: number;
  readonly #tenants: Pick<TenantStore, 'findTenant'>;

  /** @param mostTokens how many access tokens a client has at most */
  constructor(database: Database, tenants: Pick<TenantStore, 'findTenant'>, mostTokens = MOST_TOKENS) {
    this.#mostTokens = mostTokens;
    this.#database = database;
    this.#tenants = tenants;
  }

  insertClient(
    client: OAuthClient,
    credential: OAuthCredential | undefined,
    most: number,
    isOnlyOne = false,
  ): Promise<Stored> {
    return this.#orUnknown(async ({ knex }) => {
      const tenant: unknown = await knex('tenants').where({ id: client.tenantId }).forUpdate().first('id');
      if (tenant === undefined) return 'unknown';
      const ids = await knex('oauth_clients').where({ tenant_id: client.tenantId }).limit(most).select('id');
      const { tenantId: tenant_id, label } = client;
      const same: unknown = isOnlyOne ? await knex('oauth_clients').where({ tenant_id, label }).first('id') : undefined;
      if (ids.length >= most || same !== undefined) return 'full';
      await knex('oauth_clients').insert(toClientRow(client));
      if (credential !== undefined) await knex('oauth_credentials').insert(toCredentialRow(credential));
      return 'done';
    });
  }

  insertCredential(credential: OAuthCredential, most: number, endOthers?: string): Promise<Stored> {
    const { tenantId, clientId, created } = credential;
    return this.#orUnknown(async (session) => {
      const { knex } = session;
      if (!(await lockClient(session, tenantId, clientId))) return 'unknown';
      const ofClient = { tenant_id: tenantId, client_id: clientId };
      await knex('oauth_credentials').where(ofClient).where('expires_at', '<=', created).del();
      const rows = await knex<CredentialRow>('oauth_credentials').where(ofClient).limit(most).select('*');
      if (rows.length >= most) return 'full';
      if (endOthers !== undefined) await endSecrets(session, rows, endOthers);
      await knex('oauth_credentials').insert(toCredentialRow(credential));
      return 'done';
    });
  }

  async listClients(tenantId: string): Promise<readonly ClientWithCredentials[]> {
    return this.#database.lookup(async ({ knex }) => {
      const clients = await knex<ClientRow>('oauth_clients').where({ tenant_id: tenantId }).orderBy('id').select('*');
      const credentials = await knex<CredentialRow>('oauth_credentials')
        .where({ tenant_id: tenantId })
        .orderBy(['client_id', 'id'])
        .select('*');
      return clients.map((row) => ({
        client: toClient(row),
        credentials: credentials.filter(({ client_id }) => client_id === row.id).map(toCredential),
      }));
    });
  }

  async findClient(clientId: string): ReturnType<OAuthStore['findClient']> {
    const found = await this.#database.lookup(async ({ knex }) => {
      const row = await knex<ClientRow>('oauth_clients').where({ id: clientId }).first();
      if (row === undefined) return undefined;
      const key = { tenant_id: row.tenant_id, client_id: clientId };
      const credentials = await knex<CredentialRow>('oauth_credentials').where(key).orderBy('id').select('*');
      return { client: toClient(row), credentials: credentials.map(toCredential) };
    });
    const tenant = found && (await this.#tenants.findTenant(found.client.tenantId));
    return tenant && { ...found, tenant };
  }

  async deleteClient(tenantId: string, clientId: string, at: string): Promise<boolean> {
    return this.#database.unit(async (session) => {
      const { knex } = session;
      if (!(await lockClient(session, tenantId, clientId))) return false;
      const ofClient = { tenant_id: tenantId, client_id: clientId };
      await knex('tokens').where(ofClient).whereNull('revoked_at').update({ revoked_at: at });
      for (const table of ['oauth_assertions', 'oauth_credentials']) await knex(table).where(ofClient).del();
      await knex('oauth_clients').where({ tenant_id: tenantId, id: clientId }).del();
      return true;
    }, tenantId);
  }

  async deleteCredential(tenantId: string, clientId: string, credentialId: string, at: string): Promise<boolean> {
    return this.#database.unit(async (session) => {
      const { knex } = session;
      if (!(await lockClient(session, tenantId, clientId))) return false;
      const ofClient = { tenant_id: tenantId, client_id: clientId };
      await knex('tokens')
        .where({ ...ofClient, credential_id: credentialId })
        .whereNull('revoked_at')
        .update({ revoked_at: at });
      return (
        (await knex('oauth_credentials')
          .where({ ...ofClient, id: credentialId })
          .del()) > 0
      );
    }, tenantId);
  }

  async issue({ token, hash, credentialId, assertion }: Issuance): Promise<'done' | 'gone' | 'replayed'> {
    const { tenantId, clientId = '', created } = token;
    return this.#database.unit(
      async (session) => {
        const { knex } = session;
        const ofClient = { tenant_id: tenantId, client_id: clientId };
        // Who deletes the client or its credential waits for this row, and then revokes the token.
        if (!(await lockClient(session, tenantId, clientId))) return 'gone';
        const minute = `${created.slice(0, 'YYYY-MM-DDTHH:MM'.length)}:00.000Z`;
        const used = await knex('oauth_credentials')
          .where({ ...ofClient, id: credentialId })
          .update({ last_used: minute });
        if (used === 0) return 'gone';
        if (assertion !== undefined && !(await takeOnce(session, ofClient, assertion, created))) return 'replayed';
        await knex('oauth_clients').where({ tenant_id: tenantId, id: clientId }).update({ last_used: minute });
        await knex('tokens').insert({ ...toTokenRow(token), hash, credential_id: credentialId });
        await eraseTokens(session, ofClient, { now: created, most: this.#mostTokens });
        return 'done';
      },
      tenantId,
      LIMITS,
    );
  }

  async #orUnknown(work: (session: Session) => Promise<Stored>): Promise<Stored> {
    try {
      return await this.#database.unit(work);
    } catch (error) {
      if (isForeignKeyViolation(error)) return 'unknown';
      throw error;
    }
  }
}

interface OfClient {
  readonly tenant_id: string;
  readonly client_id: string;
}

async function lockClient({ knex }: Session, tenantId: string, clientId: string): Promise<boolean> {
  const key = { tenant_id: tenantId, id: clientId };
  return (await knex('oauth_clients').where(key).forUpdate().first('id')) !== undefined;
}

/** False where the assertion was taken before. */
async function takeOnce(
  { knex }: Session,
  ofClient: OfClient,
  { hash, expiresAt }: NonNullable<Issuance['assertion']>,
  now: string,
): Promise<boolean> {
  const expired = knex('oauth_assertions')
    .where(ofClient)
    .where('expires_at', '<=', now)
    .limit(PIECE.items)
    .select('hash');
  await knex('oauth_assertions').where(ofClient).whereIn('hash', expired).del();
  const inserted = await knex('oauth_assertions')
    .insert({ ...ofClient, hash, expires_at: expiresAt })
    .onConflict()
    .ignore()
    .returning('hash');
  return inserted.length > 0;
}

/** A client that asks for token after token keeps the latest. */
async function eraseTokens(
  { knex }: Session,
  ofClient: OfClient,
  { now, most }: { readonly now: string; readonly most: number },
): Promise<void> {
  const [tooOld] = await knex('tokens')
    .where(ofClient)
    .orderBy('id', 'desc')
    .offset(most)
    .limit(1)
    .select<{ id: string }[]>('id');
  const expired = new Date(Date.parse(now) - KEPT_EXPIRED).toISOString();
  await knex('tokens').where(ofClient).where('expires_at', '<', expired).del();
  if (tooOld !== undefined) await knex('tokens').where(ofClient).where('id', '<=', tooOld.id).del();
}

/** Secrets end at that time unless they end before, and the access tokens got by them no later. */
async function endSecrets({ knex }: Session, rows: readonly CredentialRow[], at: string): Promise<void> {
  const ending = rows.filter(
    ({ proof, expires_at }) => parseProof(proof).kind === 'secret' && (expires_at === null || expires_at > at),
  );
  for (const { tenant_id, client_id, id } of ending) {
    await knex('oauth_credentials').where({ tenant_id, client_id, id }).update({ expires_at: at });
    const ofSecret = { tenant_id, client_id, credential_id: id };
    await knex('tokens').where(ofSecret).where('expires_at', '>', at).update({ expires_at: at });
  }
}

interface ClientRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly label: string;
  readonly scopes: string;
  readonly created: string;
  readonly last_used: string | null;
}

interface CredentialRow extends OfClient {
  readonly id: string;
  readonly label: string;
  readonly proof: string;
  readonly created: string;
  readonly expires_at: string | null;
  readonly last_used: string | null;
}

const toClient = (row: ClientRow): OAuthClient => ({
  id: row.id,
  tenantId: row.tenant_id,
  label: row.label,
  scopes: parseScopes(row.scopes),
  created: row.created,
  lastUsed: row.last_used ?? undefined,
});

const toClientRow = (client: OAuthClient): ClientRow => ({
  tenant_id: client.tenantId,
  id: client.id,
  label: client.label,
  scopes: client.scopes.join(' '),
  created: client.created,
  last_used: client.lastUsed ?? null,
});

const toCredential = (row: CredentialRow): OAuthCredential => ({
  id: row.id,
  tenantId: row.tenant_id,
  clientId: row.client_id,
  label: row.label,
  proof: parseProof(row.proof),
  created: row.created,
  expiresAt: row.expires_at ?? undefined,
  lastUsed: row.last_used ?? undefined,
});

const toCredentialRow = (credential: OAuthCredential): CredentialRow => ({
  tenant_id: credential.tenantId,
  client_id: credential.clientId,
  id: credential.id,
  label: credential.label,
  proof: JSON.stringify(credential.proof),
  created: credential.created,
  expires_at: credential.expiresAt ?? null,
  last_used: credential.lastUsed ?? null,
});

/** What `toCredentialRow` has written. */
const parseProof = (text: string): CredentialProof => JSON.parse(text) as CredentialProof;
