import { isId } from '../model/id.js';
import { DEFAULT_TENANT_SETTINGS, type Tenant, type TenantSettings } from '../model/tenant.js';
import { NO_SCHEMAS } from '../model/tenant-schemas.js';
import type { TokenRecord } from '../model/token.js';
import { invalidValue, notFound, uniqueness, type ScimError } from '../protocol/scim-error.js';
import type { TenancyDependencies } from './dependencies.js';
import { externalReference, tenantName } from './names.js';
import { oauthClientsOf, type OAuthClients } from './oauth/clients.js';
import { parseSetting } from './settings.js';
import { createSetupLinks, type SetupLinks } from './setup-links.js';
import { tokensOf, type IssuedToken, type TokenRequest, type Tokens } from './tokens.js';

/** How many tenants are on a page where nobody says. */
const DEFAULT_LIMIT = 100;

/** A tenant just created, with what its administrator enters in Entra. */
export interface CreatedTenant extends IssuedToken {
  readonly tenant: Tenant;
  readonly tenantUrl: string;
}

/** A page of tenants in the order of their creation. */
interface TenantPage {
  readonly tenants: readonly Tenant[];
  /** What to send as `after` for the page that follows; undefined on the last page. */
  readonly next: string | undefined;
}

/** What was ended because a tenant was deleted. */
interface DeletedTenant {
  /** The run that was canceled first. */
  readonly canceledRun: string | undefined;
}

/** What to change about a tenant; what is undefined stays. */
interface TenantChange {
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly settings?: Partial<TenantSettings> | undefined;
}

/** The use cases of tenants and their secret tokens. A tenant or token that is unknown is ScimError 404 throughout. */
export interface Tenancy {
  /** The same for every tenant: the token says which one it is. */
  readonly tenantUrl: string;
  /** The programs that get access tokens by OAuth 2.0. */
  readonly oauthClients: OAuthClients;
  /**
   * Creates a tenant, enabled, with a first token.
   * @throws ScimError 400 `invalidValue` for a name or label that cannot be, 409 `uniqueness` for a name that is taken.
   */
  createTenant(name: string, firstLabel?: string): Promise<CreatedTenant>;
  /** @throws ScimError 400 `invalidValue` when `after` is not the `next` of an earlier page. */
  listTenants(page: { readonly after?: string | undefined; readonly limit?: number | undefined }): Promise<TenantPage>;
  getTenant(id: string): Promise<Tenant>;
  /** The tenant with that id or else that name. */
  findTenant(idOrName: string): Promise<Tenant>;
  /**
   * Changes all that is named, or nothing when it throws.
   * @throws ScimError 400 `invalidValue` and 409 `uniqueness` as `createTenant` does.
   */
  changeTenant(id: string, change: TenantChange): Promise<Tenant>;
  setEnabled(id: string, enabled: boolean): Promise<Tenant>;
  /** @throws ScimError 400 `invalidValue` for a key or value that is none of settings.ts. */
  setSetting(id: string, key: string, value: string): Promise<Tenant>;
  /** Cancels the tenant's run, if it has one, and erases the tenant with everything it has. */
  deleteTenant(id: string): Promise<DeletedTenant>;
  /**
   * Issues one more token; the others stay valid.
   * @throws ScimError 400 `invalidValue` for a label that cannot be or an expiry that is not to come.
   */
  issueToken(tenantId: string, request: TokenRequest): Promise<IssuedToken>;
  /** All tokens of the tenant in the order of their issue, expired and revoked ones included. */
  listTokens(tenantId: string): Promise<readonly TokenRecord[]>;
  /** Revokes a token, for the next request in any process; revoking it again changes nothing. */
  revokeToken(tenantId: string, tokenId: string): Promise<TokenRecord>;
  /** Issues a token and then revokes the earlier ones of its label. */
  rotateToken(tenantId: string, label: string): Promise<IssuedToken>;
  /** The links to the setup pages of tenants. */
  readonly setupLinks: SetupLinks;
}

/** Makes the use cases over a store, a clock and sources of ids and randomness. */
export function createTenancy(dependencies: TenancyDependencies): Tenancy {
  const tokens = tokensOf(dependencies);
  const changes = changesOf(dependencies);
  const { getTenant, changeTenant } = changes;
  const oauthClients = ofKnownTenants(oauthClientsOf(dependencies), getTenant);
  return {
    ...creationOf(dependencies, tokens),
    ...changes,
    oauthClients,
    setEnabled: (id, enabled) => changeTenant(id, { enabled }),
    setSetting: async (id, key, value) => changeTenant(id, { settings: parseSetting(key, value) }),
    issueToken: async (id, request) => tokens.issue((await getTenant(id)).id, request),
    listTokens: async (id) => tokens.list((await getTenant(id)).id),
    revokeToken: async (id, tokenId) => tokens.revoke((await getTenant(id)).id, tokenId),
    rotateToken: async (id, label) => tokens.rotate((await getTenant(id)).id, label),
    setupLinks: createSetupLinks({ ...dependencies, getTenant, tokens, oauthClients }),
  };
}

/** A tenant that is unknown is told from a client that is. */
function ofKnownTenants(clients: OAuthClients, getTenant: Tenancy['getTenant']): OAuthClients {
  return {
    ...clients,
    create: async (id, request) => clients.create((await getTenant(id)).id, request),
    list: async (id) => clients.list((await getTenant(id)).id),
    get: async (id, clientId) => clients.get((await getTenant(id)).id, clientId),
    addCredential: async (id, ...rest) => clients.addCredential((await getTenant(id)).id, ...rest),
    rotateSecret: async (id, ...rest) => clients.rotateSecret((await getTenant(id)).id, ...rest),
    remove: async (id, clientId) => clients.remove((await getTenant(id)).id, clientId),
    removeCredential: async (id, ...rest) => clients.removeCredential((await getTenant(id)).id, ...rest),
  };
}

type Creation = Pick<Tenancy, 'tenantUrl' | 'createTenant' | 'listTenants'>;

function creationOf({ store, now, newId, publicUrl }: TenancyDependencies, tokens: Tokens): Creation {
  const tenantUrl = `${publicUrl}/scim`;

  async function createTenant(name: string, firstLabel = 'first'): Promise<CreatedTenant> {
    const at = now().toISOString();
    const tenant: Tenant = {
      id: newId(),
      name: tenantName(name),
      enabled: true,
      settings: DEFAULT_TENANT_SETTINGS,
      schemas: NO_SCHEMAS,
      created: at,
      lastModified: at,
    };
    if ((await store.insertTenant(tenant)) === 'conflict') throw nameTaken(tenant.name);
    return { tenant, tenantUrl, ...(await tokens.issue(tenant.id, { label: firstLabel })) };
  }

  async function listTenants({
    after,
    limit = DEFAULT_LIMIT,
  }: Parameters<Tenancy['listTenants']>[0]): Promise<TenantPage> {
    if (after !== undefined && !isId(after))
      throw invalidValue('The parameter "after" must be the next of an earlier page.');
    const tenants = await store.listTenants(after, limit + 1);
    const shown = tenants.slice(0, limit);
    return { tenants: shown, next: tenants.length > limit ? shown.at(-1)?.id : undefined };
  }

  return { tenantUrl, createTenant, listTenants };
}

type Changes = Pick<Tenancy, 'getTenant' | 'findTenant' | 'changeTenant' | 'deleteTenant'>;

function changesOf({ store, now, stopRun }: TenancyDependencies): Changes {
  async function getTenant(id: string): Promise<Tenant> {
    const tenant = isId(id) ? await store.findTenant(id) : undefined;
    if (tenant === undefined) throw unknownTenant(id);
    return tenant;
  }

  async function findTenant(idOrName: string): Promise<Tenant> {
    const byId = isId(idOrName) ? await store.findTenant(idOrName) : undefined;
    const tenant = byId ?? (await store.findTenantByName(tenantName(idOrName)));
    if (tenant === undefined) throw notFound('There is no tenant with that id or name. List the tenants to find it.');
    return tenant;
  }

  async function changeTenant(id: string, { name, enabled, settings }: TenantChange): Promise<Tenant> {
    const newName = name === undefined ? undefined : tenantName(name);
    const reference = settings?.externalReference;
    const referred = reference === undefined ? {} : { externalReference: externalReference(reference) };
    const lastModified = now().toISOString();
    const outcome = await store.updateTenant(id, (before) => {
      const after: Tenant = {
        ...before,
        name: newName ?? before.name,
        enabled: enabled ?? before.enabled,
        settings: { ...before.settings, ...settings, ...referred },
      };
      return JSON.stringify(after) === JSON.stringify(before) ? before : { ...after, lastModified };
    });
    if (outcome === 'conflict') throw nameTaken(newName ?? id);
    if (outcome === 'unknown') throw unknownTenant(id);
    return outcome;
  }

  async function deleteTenant(id: string): Promise<DeletedTenant> {
    const { id: tenantId } = await getTenant(id);
    const canceledRun = await stopRun?.(tenantId);
    if (!(await store.deleteTenant(tenantId))) throw unknownTenant(id);
    return { canceledRun };
  }

  return { getTenant, findTenant, changeTenant, deleteTenant };
}

const nameTaken = (name: string): ScimError => uniqueness(`Another tenant has the name ${name}. Choose another one.`);

function unknownTenant(id: string): ScimError {
  const which = isId(id) ? `tenant ${id}` : 'tenant with that id';
  return notFound(`There is no ${which}. List the tenants to find it.`);
}
