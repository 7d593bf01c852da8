import { existsSync } from 'node:fs';
import type { Probe } from '../../model/resource.js';
import type { TokenProof } from '../../model/token.js';
import { ScimError } from '../../protocol/scim-error.js';
import type { AdminTokenStore } from '../admin-token-store.js';
import type { AlertStore } from '../alerts/alert-store.js';
import type { ActivityStore } from '../activity-store.js';
import type { BulkWriter } from '../bulk-writer.js';
import type { ConsoleStore } from '../console-store.js';
import type { OAuthStore } from '../oauth-store.js';
import type { ProcessRegister } from '../process-register.js';
import type { SetupLinkStore } from '../setup-link-store.js';
import type { StorageState } from '../storage-state.js';
import type { DirectoryReader, DirectoryWriter, Storage, TenantStore } from '../storage.js';
import type { SyncReader, SyncWriter } from '../sync-store.js';
import type { TenantMoves } from '../tenant-moves.js';
import { KnexAdminTokenStore } from './access/admin-tokens.js';
import { KnexActivityStore } from './activity/store.js';
import { KnexAlertStore } from './alerts/store.js';
import type { Database, Session, UnitLimits, Work } from './connections/database.js';
import { nameOf, parseDatabaseUrl, type DatabaseUrl } from './connections/database-url.js';
import { isForeignKeyViolation } from './connections/driver.js';
import { openPostgres } from './connections/postgres.js';
import { openSqlite } from './connections/sqlite.js';
import { KnexBulkWriter } from './directory/bulk-writer.js';
import { KnexCheckSessionStore } from './console/check-sessions.js';
import { KnexOverviewReader } from './console/overviews.js';
import { KnexSessionStore } from './console/sessions.js';
import { findProbes } from './directory/probes.js';
import { KnexDirectoryReader } from './directory/reader.js';
import { KnexDirectoryWriter } from './directory/writer.js';
import { migrateUp } from './migrations.js';
import { KnexProcessRegister } from './process-register.js';
import type { Origin } from './query/membership-scopes.js';
import { PlanCache } from './query/plan-cache.js';
import { tenantsWithInterruptedRun } from './sync/runs.js';
import { syncReader, syncWriter } from './sync/sync-store.js';
import { TenantReads, TenantSession } from './sync/tenant-reads.js';
import { KnexTenantMoves } from './tenants/move/moves.js';
import { holdSchemas, lockSchemas } from './tenants/schemas.js';
import { KnexSetupLinkStore } from './tenants/setup-links.js';
import { KnexOAuthStore } from './tenants/oauth-store.js';
import { ProvingSession } from './tenants/stamp.js';
import { KnexTenantStore } from './tenants/store.js';

const WRITE_TIMEOUT_MS = 2000;

/** How long a provisioning client's unit of work waits for its turn at most, in milliseconds. */
const WRITE_WAIT_MS = 20_000;

/** How the database is reached, and what statements may cost. */
export interface StorageOptions {
  /** `sqlite:PATH`, `postgres://…` or `postgresql://…`. */
  readonly databaseUrl: string;
  /** How long a list that no index answers may take, in milliseconds. */
  readonly queryTimeoutMs: number;
  /** How long a unit of work may hold SQLite's writer, or a statement of it may take on PostgreSQL, in milliseconds. */
  readonly writeTimeoutMs?: number;
  /** The Tenant URL without a slash at its end, for filters on URIs that the server makes (`$ref`, `meta.location`). */
  readonly baseUrl?: string;
  /** How many connections to PostgreSQL units of work use, and how many lookups; SQLite has a fixed number. */
  readonly poolSize?: number;
  /** False where a file of SQLite has to be there already; otherwise it is created. */
  readonly create?: boolean;
  /** Whether statements stay prepared on connections to PostgreSQL; not behind a pooler in transaction mode. */
  readonly preparedStatements?: boolean;
  /** Whether PostgreSQL is behind a pooler in transaction mode. */
  readonly isPooled?: boolean;
}

/**
 * Opens the database; the file of SQLite is created where it is missing, its folder as well. The schema is left alone.
 * @throws Error that says what is wrong with the URL, or why the database does not answer.
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { baseUrl, writeTimeoutMs } = options;
  return new KnexStorage(await openDatabase(options), baseUrl, writeTimeoutMs);
}

/** The connections that a storage uses. */
export async function openDatabase({
  databaseUrl,
  queryTimeoutMs,
  writeTimeoutMs = WRITE_TIMEOUT_MS,
  poolSize = 10,
  preparedStatements = true,
  isPooled = false,
  create = true,
}: StorageOptions): Promise<Database> {
  const url = parseDatabaseUrl(databaseUrl);
  try {
    if (!create) requireFile(url);
    return url.dialect === 'sqlite'
      ? await openSqlite(url.path, queryTimeoutMs)
      : await openPostgres(url.url, {
          queryTimeoutMs,
          writeTimeoutMs,
          poolSize,
          prepares: preparedStatements,
          isPooled,
        });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot open the database ${nameOf(url)}: ${reason}`, { cause: error });
  }
}

/** A mistyped path must not make a new, empty database. */
function requireFile(url: DatabaseUrl): void {
  if (url.dialect === 'postgres' || existsSync(url.path)) return;
  throw new Error('there is no such file. Check DATABASE_URL, or create the database: flexwhere-scim migrate');
}

/** Storage in SQLite or PostgreSQL. */
export class KnexStorage implements Storage {
  readonly tenants: TenantStore;
  readonly setupLinks: SetupLinkStore;
  readonly oauth: OAuthStore;
  readonly adminTokens: AdminTokenStore;
  readonly processes: ProcessRegister;
  readonly activity: ActivityStore;
  readonly alerts: AlertStore;
  readonly console: ConsoleStore;
  readonly moves: TenantMoves;
  readonly #database: Database;
  readonly #base: Pick<Origin, 'baseUrl'>;
  readonly #limits: UnitLimits;
  readonly #plans = new PlanCache();

  constructor(database: Database, baseUrl: string | undefined, writeTimeoutMs = WRITE_TIMEOUT_MS) {
    this.#database = database;
    this.#limits = { waitMs: WRITE_WAIT_MS, budgetMs: writeTimeoutMs };
    this.#base = baseUrl === undefined ? {} : { baseUrl };
    this.tenants = new KnexTenantStore(database);
    this.setupLinks = new KnexSetupLinkStore(database);
    this.adminTokens = new KnexAdminTokenStore(database);
    this.oauth = new KnexOAuthStore(database, this.tenants);
    this.processes = new KnexProcessRegister(database);
    this.activity = new KnexActivityStore(database);
    this.alerts = new KnexAlertStore(database);
    this.moves = new KnexTenantMoves(database);
    this.console = {
      sessions: new KnexSessionStore(database),
      checks: new KnexCheckSessionStore(database),
      overviews: new KnexOverviewReader(database),
    };
  }

  directory(tenantId: string, proof?: TokenProof): DirectoryReader {
    const through = { reads: this.#database, dialect: this.#database.dialect, plans: this.#plans, proof };
    return new KnexDirectoryReader({ ...this.#base, tenantId }, through);
  }

  write<T>(
    tenantId: string,
    work: (directory: DirectoryWriter) => Promise<T>,
    schemas?: number,
    proof?: TokenProof,
  ): Promise<T> {
    return this.#unit(
      tenantId,
      async (session) => {
        if (proof !== undefined) {
          // The stamp has the revision of the schemas.
          await lockSchemas(session, tenantId, 'shared');
          return this.#run(tenantId, new ProvingSession(session, proof), work);
        }
        if (schemas !== undefined) await holdSchemas(session, tenantId, schemas);
        return this.#run(tenantId, session, work);
      },
      this.#limits,
    );
  }

  bulk(tenantId: string, schemas: number): BulkWriter {
    return new KnexBulkWriter(tenantId, (work) =>
      this.#unit(tenantId, async (session) => {
        await holdSchemas(session, tenantId, schemas);
        await work(session);
      }),
    );
  }

  probes(created: string, after: Probe | undefined, limit: number): Promise<readonly Probe[]> {
    return this.#database.lookup((session) => findProbes(session, created, after, limit));
  }

  sync(tenantId: string): SyncReader {
    return syncReader(new TenantReads(tenantId, this.#database.dialect, this.#database));
  }

  tenantsWithInterruptedRun(now: string, after: string, limit: number): Promise<readonly string[]> {
    return this.#database.lookup((session) => tenantsWithInterruptedRun(session, now, after, limit));
  }

  writeSync<T>(tenantId: string, work: (sync: SyncWriter) => Promise<T>): Promise<T> {
    return this.#unit(tenantId, (session) => work(syncWriter(new TenantSession(tenantId, session))));
  }

  /**
   * A tenant that is being erased is disabled, and its rows go before it does: what refers to one of them is too late.
   * @throws ScimError 403 if a row is missing that something refers to, and the tenant is gone or being erased
   */
  async #unit<T>(tenantId: string, work: Work<T>, limits?: UnitLimits): Promise<T> {
    try {
      return await this.#database.unit(work, tenantId, limits);
    } catch (error) {
      if (!isForeignKeyViolation(error) || (await this.tenants.findTenant(tenantId))?.enabled === true) throw error;
      throw new ScimError(403, 'This tenant no longer exists.');
    }
  }

  async #run<T>(tenantId: string, session: Session, work: (directory: DirectoryWriter) => Promise<T>): Promise<T> {
    const directory = new KnexDirectoryWriter({ ...this.#base, tenantId }, session);
    const result = await work(directory);
    await directory.finish();
    return result;
  }

  migrate(): Promise<void> {
    return this.#database.migrate(migrateUp);
  }

  ping(): Promise<void> {
    return this.#database.ping();
  }

  state(): StorageState {
    return this.#database.state();
  }

  close({ cut = false }: { cut?: boolean } = {}): Promise<void> {
    return this.#database.close(cut);
  }
}
